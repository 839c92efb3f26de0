#!/usr/bin/env python3
"""The checker finds what it is there to find, and leaves good code alone."""
import tempfile
import unittest
from pathlib import Path

import check_sources

ARCHITECTURE = """# Architecture
| name | value |
|---|---|
| other | table |

| folder of src/ | holds | may include |
|---|---|---|
| base | values | - |
| `net` | sockets | base |
| cli | commands | all |
"""

GOOD_HEADER = "// What this is.\n#pragma once\n"


class Tree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write("docs/architecture.md", ARCHITECTURE)
        self.write(".clang-tidy", "# bugprone-x: because.\nChecks: >-\n  bugprone-*,\n  -bugprone-x\n")
        for name in ("base", "net", "cli"):
            self.write(f"src/{name}/thing.h", GOOD_HEADER)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def faults(self):
        return [str(fault) for fault in check_sources.check_tree(self.root)]

    def expect(self, name, text, *expected):
        self.write(name, text)
        faults = self.faults()
        self.assertEqual(len(faults), len(expected), faults)
        for fault, part in zip(faults, expected):
            self.assertIn(part, fault)


class Includes(Tree):
    def test_a_folder_may_include_what_its_row_allows_and_itself(self):
        self.expect("src/net/a.cpp", '#include "base/thing.h"\n#include "net/thing.h"\n#include <vector>\n')
        self.expect("src/cli/a.cpp", '#include "net/thing.h"\n')

    def test_an_include_against_the_table_is_found(self):
        self.expect("src/base/a.cpp", '\n#include "net/thing.h"\n', "src/base/a.cpp:2: base may not include net")

    def test_a_header_named_without_its_folder_is_found(self):
        self.expect("src/net/a.cpp", '#include "thing.h"\n', "named from src/")

    def test_a_header_that_does_not_exist_is_found(self):
        self.expect("src/net/a.cpp", '#include "base/gone.h"\n', "no such file")

    def test_a_folder_outside_the_table_is_found(self):
        self.expect("src/extra/a.cpp", "\n", "src/extra is not in the table")

    def test_a_row_without_its_folder_is_found(self):
        self.expect("docs/architecture.md", ARCHITECTURE + "| gone | nothing | base |\n", "src/gone, which does not exist")

    def test_a_document_without_the_table_is_a_fault(self):
        self.expect("docs/architecture.md", "# Architecture\n", "the table of folders is missing")

    def test_heavy_headers_stay_out_of_headers(self):
        self.expect("src/net/a.cpp", "#include <boost/asio.hpp>\n")
        self.expect("src/net/a.h", GOOD_HEADER + "#include <boost/asio.hpp>\n", "belongs in a .cpp file")


class Headers(Tree):
    def test_a_header_without_its_comment_is_found(self):
        self.expect("src/net/a.h", "#pragma once\n", "begins with a comment")

    def test_a_header_without_pragma_once_is_found(self):
        self.expect("src/net/a.h", "// What this is.\n", "#pragma once is missing")


class Calls(Tree):
    def test_banned_calls_are_found(self):
        for code in (
            "std::this_thread::sleep_for(1s);",
            "usleep(1);",
            'int status = system("ls");',
            'FILE* pipe = popen("ls", "r");',
            "int dice = rand();",
            "std::regex pattern(text);",
            'const char* home = std::getenv("HOME");',
            "using namespace std;",
            "std::tm* parts = std::gmtime(&time);",
        ):
            with self.subTest(code):
                self.expect("src/net/a.cpp", f"void f() {{ {code} }}\n", "src/net/a.cpp:1:")

    def test_tests_and_benchmarks_do_not_sleep_either(self):
        self.expect("tests/unit/a.cpp", "usleep(1);\n", "nothing sleeps")
        self.expect("tests/unit/a.cpp", "\n")
        self.expect("bench/a.cpp", "usleep(1);\n", "nothing sleeps")

    def test_the_environment_is_read_in_its_one_file(self):
        self.expect("src/base/environment.cpp", 'const char* value = std::getenv("HOME");\n')
        self.expect("tests/a.cpp", 'const char* value = std::getenv("ACCEPT");\n')

    def test_comments_literals_and_longer_names_are_no_calls(self):
        self.expect(
            "src/net/a.cpp",
            "// never sleep_for here; system() neither\n/* rand()\n popen() */\n"
            'auto text = "getenv(\\"usleep\\")";\nauto raw = R"x(std::regex)x";\nchar quote = \'"\';\nint many = 10\'000;\n'
            "file_system(); strand(io); connection.system(); gmtime_r(&time, &parts);\n",
        )


class OtherRules(Tree):
    def test_paths_of_one_machine_are_found(self):
        self.expect("tests/a.py", "open('/ho" + "me/alice/file')\n", "a path of one machine")
        self.expect("tests/a.py", "open('/usr/bin/python3')\nhome = '~/.aws/config'\n")

    def test_a_disabled_lint_check_needs_a_reason(self):
        self.expect(".clang-tidy", "Checks: >-\n  bugprone-*,\n  -bugprone-x\n", "bugprone-x is disabled without a reason")

    def test_a_reason_needs_its_disabled_check(self):
        self.expect(".clang-tidy", "# misc-y: because.\nChecks: >-\n  bugprone-*\n", "misc-y has a reason and is not")


if __name__ == "__main__":
    unittest.main()
