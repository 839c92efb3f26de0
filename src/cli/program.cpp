// The command line's grammar (CLI11, whose header is heavy: only here).
#include <CLI/CLI.hpp>

#include <array>
#include <ostream>

#include "base/did_you_mean.h"
#include "cli/command.h"

namespace squall::cli {

namespace {

struct Unbuilt {
  const char* name;
  const char* about;
};

// Named in --help's footer and refused with exit code 2.
constexpr std::array<Unbuilt, 5> kUnbuiltCommands = {{
    {"shell", "an interactive shell"},
    {"srv", "a PostgreSQL server"},
    {"mcp", "an MCP server"},
    {"doctor", "what is wrong with the set-up"},
    {"web", "a web console"},
}};

void add_exec(CLI::App& app, ExecOptions& exec) {
  CLI::App* command = app.add_subcommand("exec", "run SQL statements and print their answers");
  command->add_option("sql", exec.sql, "statements, separated by semicolons; - reads standard input");
  command->add_option("-o,--output", exec.format, "table, csv, json, jsonl, text, markdown or line")
      ->capture_default_str();
  command->add_option("-i,--infile", exec.input_file, "read the statements from a file (- is standard input)");
  command->add_option("-f,--outfile", exec.output_file, "write the answers to a file");
  command->add_option("-d,--delimiter", exec.delimiter, "between the fields of csv")->capture_default_str();
  command->add_flag("-H,--hideheaders", exec.no_header, "no header line");
  command->add_option("--var", exec.variables, "name=value: the value of :name; may be repeated")
      ->take_all()
      ->allow_extra_args(false);  // not the SQL behind it as well
  command->add_option("--on-error", exec.on_error, "warn: give the rows that could be had, and exit with 3")
      ->capture_default_str()
      ->check(CLI::IsMember({"fail", "warn"}));
  command->add_option("--max-calls", exec.calls_max, "stop a statement that needs more calls to the cloud")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 40));
  command->add_option("--max-changes", exec.changes_max, "stop an UPDATE or DELETE of more resources")
      ->capture_default_str()
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1} << 40));
  command->add_flag("--dryrun", exec.dry_run, "show what INSERT, UPDATE and DELETE would change, and send nothing");
  command->add_flag("--yes", exec.yes, "do not ask before something is deleted");
  command->add_flag("--allow-all", exec.allow_all, "let UPDATE and DELETE do without WHERE");
  command->add_flag("--no-validate", exec.no_validate,
                    "check only the types of what is written, not the schema's rules");
  command->add_flag("--refuse-write-only-loss", exec.refuse_write_only,
                    "refuse an update that may reset write-only values");
  command->add_option("--cache", exec.cache, "how long what one statement has read may answer the next ones, as 5m");
  command->add_flag("--timing", exec.timing, "tell on standard error what each statement took");
}

void add_cloud(CLI::App& app, CloudOptions& cloud) {
  constexpr std::int64_t kDurationMsMax = std::int64_t{7} * 24 * 3600 * 1000;  // as long as requests are kept
  constexpr std::int64_t kLatencyMsMax = std::int64_t{10} * 60 * 1000;
  CLI::App* command = app.add_subcommand("cloud", "the local cloud: AWS's Cloud Control API without an account");
  command->require_subcommand(1);
  command->fallthrough();
  const auto with_store = [&](CLI::App* sub) {
    sub->add_option("--store", cloud.store, "the file that holds its state (:memory: forgets it)");
    sub->fallthrough();
    return sub;
  };
  CLI::App* serve =
      with_store(command->add_subcommand("serve", "answer on a port of this machine, for AWS's own clients"));
  serve->add_option("--port", cloud.port, "0 takes any free one")->capture_default_str();
  serve->add_option("--page-size", cloud.page_size, "resources a page of a list")
      ->capture_default_str()
      ->check(CLI::Range(1, 10000));
  serve->add_option("--duration", cloud.duration_ms, "how long a change runs, in milliseconds")
      ->capture_default_str()
      ->check(CLI::Range(std::int64_t{0}, kDurationMsMax));
  serve->add_option("--latency", cloud.latency_ms, "how long every answer waits, in milliseconds")
      ->capture_default_str()
      ->check(CLI::Range(std::int64_t{0}, kLatencyMsMax));
  serve->add_option("--tps", cloud.requests_per_second,
                    "requests a second of an account and region; more are throttled");
  serve->add_option("--faults", cloud.faults,
                    "answers that go wrong: kind:rate[:Type],… of throttle, error500, reset, truncate, slow, "
                    "handler-CODE, and seed:N");
  serve->add_flag("--verify-signatures", cloud.verify_signatures, "refuse requests that are not signed with a --key");
  serve->add_option("--key", cloud.keys, "ID:SECRET, may be repeated")->take_all()->allow_extra_args(false);
  CLI::App* load =
      with_store(command->add_subcommand("load", "create the resources of JSON lines or of a CloudFormation template"));
  load->add_option("file", cloud.file, "- is standard input")->required();
  with_store(command->add_subcommand("dump", "print every resource as a line that load reads"));
  with_store(command->add_subcommand("reset", "forget every resource"));
}

void add_registry(CLI::App& app, RegistryOptions& registry) {
  CLI::App* command = app.add_subcommand("registry", "catalogues of resource types newer than the program's own");
  command->require_subcommand(1);
  command->fallthrough();
  const auto add = [&](const char* name, const char* about, RegistryAction action) {
    CLI::App* sub = command->add_subcommand(name, about);
    sub->fallthrough();
    sub->callback([&registry, action] { registry.action = action; });
    return sub;
  };
  add("list", "the catalogues there are", RegistryAction::list)
      ->add_option("-o,--output", registry.format, "table, csv, json, jsonl, text, markdown or line")
      ->capture_default_str();
  CLI::App* pull = add("pull", "fetch the schemas that AWS publishes for --region, and use them", RegistryAction::pull);
  pull->add_option("provider", registry.what, "aws")->required();
  pull->add_option("--url", registry.url, "where the zip is, instead of AWS's own place");
  add("import", "take the types of a file, and use them", RegistryAction::import)
      ->add_option("file", registry.what,
                   "a zip of schemas, a schema, or the saved answer of aws cloudformation describe-type")
      ->required();
  add("use", "put a catalogue to use", RegistryAction::use)
      ->add_option("version", registry.what, "as list prints it; embedded is the program's own")
      ->required();
  add("remove", "delete a catalogue", RegistryAction::remove)
      ->add_option("version", registry.what, "as list prints it")
      ->required();
}

void add_docs(CLI::App& app, DocsOptions& docs) {
  app.add_subcommand("docs", "write the documentation of every table as Markdown")
      ->add_option("outdir", docs.folder, "an empty or new folder, or one that squall docs wrote")
      ->required();
}

void add_undo(CLI::App& app, UndoOptions& undo) {
  CLI::App* command = app.add_subcommand("undo", "take back what a statement changed, where nothing was changed since");
  command->add_option("id", undo.id, "of the change set, as squall.changes shows it")->required();
  command->add_flag("--dryrun", undo.dry_run, "show what would be sent, and send nothing");
  command->add_flag("--yes", undo.yes, "do not ask before something is deleted");
}

int dispatch(const CLI::App& app, const GlobalOptions& global, const ExecOptions& exec, const CloudOptions& cloud,
             const RegistryOptions& registry, const DocsOptions& docs, const UndoOptions& undo, Terminal& terminal) {
  if (app.got_subcommand("exec")) return run_exec(global, exec, terminal);
  if (app.got_subcommand("auth")) return run_auth(global, terminal);
  if (app.got_subcommand("cloud")) {
    const CLI::App* command = app.get_subcommand("cloud");
    if (command->got_subcommand("serve")) return run_cloud_serve(global, cloud, terminal);
    if (command->got_subcommand("load")) return run_cloud_load(global, cloud, terminal);
    if (command->got_subcommand("dump")) return run_cloud_dump(global, cloud, terminal);
    return run_cloud_reset(global, cloud, terminal);
  }
  if (app.got_subcommand("registry")) return run_registry(global, registry, terminal);
  if (app.got_subcommand("docs")) return run_docs(docs, terminal);
  if (app.got_subcommand("resume")) return run_resume(global, terminal);
  if (app.got_subcommand("undo")) return run_undo(global, undo, terminal);
  for (const Unbuilt& command : kUnbuiltCommands) {
    if (app.got_subcommand(command.name))
      return print_error(terminal.err,
                         usage_error(std::string(command.name) + " is not built yet (" + command.about + ")"));
  }
  terminal.out << app.help();
  return kUsage;
}

// A word that is no command is told as such; everything else the grammar tells.
Error wrong_usage(const CLI::App& app, const CLI::ParseError& error) {
  constexpr const char* kHint = "squall --help lists the commands and options";
  const std::vector<std::string> rest = app.remaining();
  if (!app.get_subcommands().empty() || rest.empty() || rest.front().starts_with('-'))
    return usage_error(error.what(), kHint);
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  const std::string nearest = nearest_name(rest.front(), std::vector<std::string_view>(names.begin(), names.end()));
  return usage_error("no command " + rest.front(), nearest.empty() ? kHint : "did you mean squall " + nearest + "?");
}

}  // namespace

int run(int argc, const char* const* argv, Terminal& terminal) {
  CLI::App app("Query, deploy and manage AWS resources with SQL.", "squall");
  app.set_version_flag("--version", std::string("squall ") + SQUALL_VERSION);
  app.fallthrough();
  GlobalOptions global;
  ExecOptions exec;
  CloudOptions cloud;
  RegistryOptions registry;
  DocsOptions docs;
  UndoOptions undo;
  app.add_option("--cloud", global.cloud, "aws (default), local or local:FILE; SQUALL_CLOUD sets the default");
  app.add_option("--region", global.region, "the region of statements that name none");
  app.add_option("--endpoint-url", global.endpoint_url, "where the Cloud Control API is, instead of AWS's own");
  app.add_option("--db", global.database, "the file of views and local tables")->capture_default_str();
  app.add_option("--profile", global.profile,
                 "the profile of AWS's configuration files that gives credentials and region");
  app.add_option("--max-connections", global.connections_max, "calls under way at most, an account and region")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  app.add_option("--log-level", global.log_level, "error, warn, info or debug: what is told on standard error");
  add_exec(app, exec);
  add_cloud(app, cloud);
  add_registry(app, registry);
  add_docs(app, docs);
  add_undo(app, undo);
  app.add_subcommand("resume", "finish the changes that a killed process left, as the journal tells");
  app.add_subcommand("auth", "which credentials each profile gives, and why the other sources do not");
  for (const Unbuilt& command : kUnbuiltCommands)
    app.add_subcommand(command.name, command.about)->group("Not built yet")->allow_extras();
  app.footer("squall exec \"SELECT region, image_name FROM aws.sagemaker.images\"");
  app.require_subcommand(0, 1);

  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    app.exit(help, terminal.out, terminal.err);
    return kDone;
  } catch (const CLI::CallForVersion& version) {
    app.exit(version, terminal.out, terminal.err);
    return kDone;
  } catch (const CLI::ParseError& error) {
    return print_error(terminal.err, wrong_usage(app, error));
  }
  return dispatch(app, global, exec, cloud, registry, docs, undo, terminal);
}

}  // namespace squall::cli
