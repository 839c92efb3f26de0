#!/usr/bin/env python3
"""Rules of the source tree that no compiler checks. Prints `file:line: what is wrong`; exit code 1 if there is any.

The folders and what each may include are read from the table in docs/architecture.md: the document is the rule.
"""
import re
import sys
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Optional, Set


class Fault(NamedTuple):
    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


# What a folder may include; None: everything.
Layers = Dict[str, Optional[Set[str]]]

# Headers that cost seconds: behind an interface of ours, in .cpp files only.
HEAVY = re.compile(r"boost/|nlohmann/(?!json_fwd)|CLI/|pcre2|zip\.h|simdjson")

# Calls that have a better way here, the files or folders that may make them, and the way.
BANNED = [
    (re.compile(r"\b(sleep_for|sleep_until|usleep|nanosleep)\b"), (), "nothing sleeps: wait for an event, or use net::Timer"),
    (re.compile(r"(?<![\w.>])(system|popen)\s*\("), (), "a shell reads the text: start a program with an argument list"),
    (re.compile(r"(?<![\w.>])s?rand\s*\("), (), "use <random>, seeded by the owner"),
    (re.compile(r"\bstd::w?regex\b"), (), "std::regex misreads the schemas' patterns and overflows the stack: use PCRE2"),
    (re.compile(r"\bgetenv\b"), ("src/base/environment.cpp", "tests/"), "take an Environment (base/environment.h)"),
    (re.compile(r"\busing\s+namespace\s+std\b"), (), "name what is used"),
    (re.compile(r"(?<![\w.>])(?:std::)?(gmtime|localtime|strtok|asctime|ctime)\s*\("), (), "one buffer for all threads: use the _r form"),
]

MACHINE_PATH = re.compile(r"(?<![\w.~}])/(?:home/\w+|root|Users/\w+|work)/\w")
TEXT_FILES = {".cpp", ".h", ".py", ".md", ".txt", ".json", ".cmake", ".sh", ".test", ""}


def read_layers(architecture: str) -> Layers:
    """The rows `| folder | holds | may include |` of the first table whose head says so."""
    layers: Layers = {}
    inside = False
    for line in architecture.splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            if inside:
                break
        elif cells[-1] == "may include":
            inside = True
        elif inside and not set(cells[0]) <= {"-", ":"}:
            allowed = {name.strip().strip("`") for name in cells[-1].split(",")}
            layers[cells[0].rstrip("/")] = None if allowed == {"all"} else allowed - {"-", ""}
    return layers


def code_of(text: str) -> str:
    """The text with comments and the insides of literals blanked, line numbers kept."""
    pattern = re.compile(
        r'R"(?P<tag>[^()\s\\]{0,16})\(.*?\)(?P=tag)"'
        r'|//[^\n]*|/\*.*?\*/'
        r'|"(?:\\.|[^"\\\n])*"'
        r"|(?<![0-9A-Za-z])'(?:\\.|[^'\\\n])*'",
        re.DOTALL,
    )
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def check_includes(path: Path, text: str, layers: Layers, source: Path) -> Iterator[Fault]:
    folder = path.parts[1]
    if folder not in layers:
        yield Fault(path, 1, f"folder src/{folder} is not in the table of docs/architecture.md")
        return
    allowed = layers[folder]
    for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]+([<"])([^">]+)[">]', text, re.MULTILINE):
        line, bracket, name = line_of(text, match.start()), match.group(1), match.group(2)
        if bracket == "<":
            if path.suffix == ".h" and HEAVY.match(name):
                yield Fault(path, line, f"<{name}> belongs in a .cpp file: every reader of this header would compile it")
            continue
        other = name.split("/")[0] if "/" in name else None
        if other not in layers:
            yield Fault(path, line, f'"{name}": our headers are named from src/, as in "base/result.h"')
        elif other != folder and allowed is not None and other not in allowed:
            yield Fault(path, line, f"{folder} may not include {other} (table in docs/architecture.md)")
        elif not (source / name).exists():
            yield Fault(path, line, f'"{name}": no such file in src/')


def check_header(path: Path, text: str) -> Iterator[Fault]:
    lines = text.splitlines()
    if not lines or not lines[0].startswith("//"):
        yield Fault(path, 1, "a header begins with a comment: what it is, who owns it, how it fails")
    if "#pragma once" not in lines[:25]:
        yield Fault(path, 1, "#pragma once is missing from the first lines")


def check_calls(path: Path, text: str) -> Iterator[Fault]:
    code = code_of(text)
    for pattern, exempt, advice in BANNED:
        if path.as_posix().startswith(exempt):
            continue
        for match in pattern.finditer(code):
            yield Fault(path, line_of(code, match.start()), f"{match.group().strip(' (')}: {advice}")


def check_machine_paths(path: Path, text: str) -> Iterator[Fault]:
    for match in MACHINE_PATH.finditer(text):
        yield Fault(path, line_of(text, match.start()), f"{match.group()}…: a path of one machine")


def check_lint_reasons(path: Path, text: str) -> Iterator[Fault]:
    """Every `-check` of .clang-tidy has a line `# check: reason`, and every such line a check."""
    disabled = set(re.findall(r"^\s+-([a-z]+-[\w.-]+),?$", text, re.MULTILINE | re.IGNORECASE))
    explained = set(re.findall(r"^# ([a-z]+-[\w.-]+): \S", text, re.MULTILINE | re.IGNORECASE))
    for name in sorted(disabled - explained):
        yield Fault(path, 1, f"{name} is disabled without a reason beside it")
    for name in sorted(explained - disabled):
        yield Fault(path, 1, f"{name} has a reason and is not disabled")


def files_under(root: Path, *folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def check_tree(root: Path) -> List[Fault]:
    faults: List[Fault] = []
    architecture = root / "docs" / "architecture.md"
    layers = read_layers(text_of(architecture))
    if not layers:
        return [Fault(architecture.relative_to(root), 1, "the table of folders is missing")]
    for name in sorted(set(layers) - {path.name for path in (root / "src").iterdir()}):
        faults.append(Fault(architecture.relative_to(root), 1, f"the table names src/{name}, which does not exist"))

    for path in files_under(root, "src", "tests", "bench"):
        if path.suffix not in {".cpp", ".h"}:
            continue
        name, text = path.relative_to(root), text_of(path)
        faults += check_calls(name, text)
        if path.suffix == ".h":
            faults += check_header(name, text)
        if name.parts[0] == "src":
            faults += check_includes(name, text, layers, root / "src")

    top = [path for path in sorted(root.iterdir()) if path.is_file() and not path.name.startswith(".")]
    for path in [*top, *files_under(root, "src", "tests", "bench", "docs", "demo", ".ci")]:
        if path.suffix in TEXT_FILES and "data" not in path.parts:
            faults += check_machine_paths(path.relative_to(root), text_of(path))

    lint = root / ".clang-tidy"
    faults += check_lint_reasons(lint.relative_to(root), text_of(lint))
    return faults


def main() -> int:
    faults = check_tree(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults" if faults else "no faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
