#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>

#include "cli/backend.h"
#include "cli/command.h"
#include "cli/confirm.h"
#include "cli/interrupt.h"
#include "cli/read_stream.h"
#include "engine/call_errors.h"
#include "engine/session.h"
#include "output/formats.h"
#include "sql/script.h"

namespace squall::cli {

namespace {

constexpr std::size_t kErrorsShownMax = 10;
constexpr std::size_t kScriptBytesMax = 64 * 1024 * 1024;

Result<std::string> read_script(const ExecOptions& options, Terminal& terminal) {
  std::string file = options.input_file;
  if (file.empty() && options.sql == "-") file = "-";
  if (file.empty()) {
    if (options.sql.empty())
      return usage_error("no SQL was given", "squall exec \"SELECT ...\", -i FILE, or - for standard input");
    return options.sql;
  }
  if (!options.input_file.empty() && !options.sql.empty() && options.sql != "-") {
    return usage_error("SQL was given twice: as an argument and with -i", "leave one of them out");
  }
  std::ifstream opened;
  if (file != "-") {
    opened.open(file, std::ios::binary);
    if (!opened) return usage_error("cannot read " + file);
  }
  std::istream& in = file == "-" ? terminal.in : opened;
  return read_stream(in, file == "-" ? "standard input" : file, kScriptBytesMax);
}

Result<std::map<std::string, std::string>> read_variables(const std::vector<std::string>& texts) {
  std::map<std::string, std::string> variables;
  for (const std::string& text : texts) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) return usage_error("--var " + text + " is not name=value");
    variables[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return variables;
}

Result<const output::Format*> pick_format(const std::string& name) {
  if (const auto* format = output::find_format(name)) return format;
  std::string names;
  for (const auto& format : output::formats()) names += (names.empty() ? "" : ", ") + std::string(format.name);
  return usage_error("'" + name + "' is not an output format", "one of " + names);
}

Result<output::FormatOptions> format_options(const ExecOptions& options) {
  if (options.delimiter.size() != 1 && options.delimiter != "\\t")
    return usage_error("the delimiter of -d is one character");
  return output::FormatOptions{.header = !options.no_header,
                               .delimiter = options.delimiter == "\\t" ? '\t' : options.delimiter[0]};
}

Error shifted(Error error, std::size_t offset) {
  if (error.position) *error.position += offset;
  return error;
}

struct Reporting {
  bool timing = false;
};

std::string counted(std::uint64_t number, const char* one) {
  return std::to_string(number) + " " + one + (number == 1 ? "" : "s");
}

// Runs the statements in order until one fails.
class ScriptRunner {
 public:
  ScriptRunner(engine::Session& session, const output::Format& format, output::FormatOptions options, std::ostream& out,
               std::ostream& err, Reporting reporting, std::stop_token stop)
      : session_(session),
        format_(format),
        options_(options),
        out_(out),
        err_(err),
        reporting_(reporting),
        stop_(std::move(stop)) {}

  int run(std::string_view script) {
    int code = kDone;
    for (const sql::StatementSpan& span : sql::split_statements(script)) {
      const auto sink = format_.make(out_, options_);
      const auto begin = std::chrono::steady_clock::now();
      const auto outcome = session_.execute(script.substr(span.begin, span.end - span.begin), *sink, stop_);
      out_.flush();
      if (!outcome) return print_error(err_, shifted(outcome.error(), span.begin), script);
      for (const std::string& notice : outcome->notices) err_ << "notice: " << notice << "\n";
      if (!outcome->summary.empty()) {
        err_ << outcome->summary << "\n";
      } else if (outcome->is_change && !outcome->has_rows) {
        err_ << outcome->changed << (outcome->changed == 1 ? " row changed\n" : " rows changed\n");
      }
      if (reporting_.timing) tell_timing(*outcome, std::chrono::steady_clock::now() - begin);
      if (outcome->errors.empty()) continue;
      tell_errors(outcome->errors);
      code = kIncomplete;
    }
    if (const std::size_t left = session_.collected_changes(); left > 0) {
      return print_error(err_, sql_error("the script ends between BEGIN and COMMIT: nothing was sent, " +
                                             counted(left, "change") + " dropped",
                                         "end it with COMMIT"));
    }
    return code;
  }

 private:
  void tell_timing(const engine::StatementOutcome& outcome, std::chrono::steady_clock::duration took) {
    err_ << "timing: " << counted(outcome.calls, "call") << ", " << counted(outcome.pages, "page") << " with "
         << counted(outcome.listed, "resource") << ", "
         << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms\n";
    for (const engine::ScanCost& scan : outcome.scans) {
      err_ << "  " << scan.resource << ": " << counted(scan.calls, "call") << ", " << counted(scan.pages, "page")
           << ", " << counted(scan.resources, "resource") << ", " << scan.throttled << " throttled, " << scan.retried
           << " retried, " << std::chrono::duration_cast<std::chrono::milliseconds>(scan.waited).count()
           << " ms waited, " << counted(scan.bytes, "byte") << "\n";
    }
  }

  void tell_errors(const std::vector<Error>& errors) {
    err_ << "warning: the answer is incomplete: " << engine::counts_by_code(errors) << "\n";
    for (std::size_t i = 0; i < errors.size() && i < kErrorsShownMax; ++i) {
      err_ << "  " << errors[i].message << "\n";
      if (!errors[i].hint.empty()) err_ << "    hint: " << errors[i].hint << "\n";
    }
  }

  engine::Session& session_;
  const output::Format& format_;
  output::FormatOptions options_;
  std::ostream& out_;
  std::ostream& err_;
  Reporting reporting_;
  std::stop_token stop_;
};

engine::ChangeOptions change_options(const ExecOptions& options, Backend& backend, Terminal& terminal,
                                     std::stop_token stop) {
  engine::ChangeOptions changes{.dry_run = options.dry_run,
                                .validate = !options.no_validate,
                                .allow_all = options.allow_all,
                                .refuse_write_only = options.refuse_write_only,
                                .journal = [&backend] { return backend.journal(); }};
  if (!options.yes && terminal.asks) changes.confirm = confirm_on_terminal(terminal, std::move(stop));
  if (terminal.shows_progress) changes.progress = progress_on_terminal(terminal);
  return changes;
}

Result<int> exec(const GlobalOptions& global, const ExecOptions& options, Terminal& terminal) {
  const output::Format* format = TRY(pick_format(options.format));
  const output::FormatOptions formatting = TRY(format_options(options));
  auto variables = TRY(read_variables(options.variables));
  const std::string script = TRY(read_script(options, terminal));
  engine::Settings settings{
      .on_error = options.on_error == "warn" ? engine::ErrorPolicy::warn : engine::ErrorPolicy::fail,
      .max_calls = options.calls_max,
      .max_changes = options.changes_max};
  if (!options.cache.empty() && !engine::read_duration(options.cache, settings.cache_seconds))
    return usage_error("--cache " + options.cache + " is no time", "as 90s, 5m, 1h or off");
  std::ofstream file;
  if (!options.output_file.empty()) {
    file.open(options.output_file, std::ios::binary | std::ios::trunc);
    if (!file) return usage_error("cannot write " + options.output_file);
  }
  const std::stop_token stop = stop_on_interrupt();
  const auto backend = TRY(Backend::open(global, terminal.environment, terminal.err));
  const auto session = TRY(engine::Session::open(backend->catalogue(), backend->provider(),
                                                 {.database = global.database,
                                                  .variables = std::move(variables),
                                                  .settings = settings,
                                                  .changes = change_options(options, *backend, terminal, stop)}));
  std::ostream& out = options.output_file.empty() ? terminal.out : file;
  const int code =
      ScriptRunner(*session, *format, formatting, out, terminal.err, {.timing = options.timing}, stop).run(script);
  out.flush();
  if (!out && code == kDone) return data_error("the output could not be written whole");
  return code;
}

}  // namespace

int run_exec(const GlobalOptions& global, const ExecOptions& options, Terminal& terminal) {
  const auto code = exec(global, options, terminal);
  return code ? *code : print_error(terminal.err, code.error());
}

}  // namespace squall::cli
