// squall registry: catalogues newer than the embedded one, and types of one's own.
#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>

#include "aws/endpoint.h"
#include "catalogue/embedded.h"
#include "catalogue/import.h"
#include "catalogue/registry.h"
#include "cli/backend.h"
#include "cli/command.h"
#include "cli/download.h"
#include "cli/read_stream.h"
#include "output/formats.h"

namespace squall::cli {

namespace {

using catalogue::Catalogue;
using catalogue::Registry;

// AWS's zip has 3 MB. Twenty times as much is not it, but something made to fill the memory.
constexpr std::size_t kFileBytesMax = 64 * 1024 * 1024;
constexpr const char* kRegionDefault = "us-east-1";

Result<Registry> open_registry(const Environment& environment) {
  const auto folder = catalogue::registry_folder(environment);
  if (!folder) return usage_error("no place for catalogues: neither XDG_DATA_HOME nor HOME is set", "set one of them");
  return Registry(*folder);
}

std::string count_of(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

// --- list ---

struct Facts {
  std::size_t types = 0;
  bool descriptions = false;
};

Facts facts_of(const Catalogue& catalogue) {
  Facts facts{.types = catalogue.type_count()};
  for (std::size_t i = 0; i < facts.types && !facts.descriptions; ++i)
    facts.descriptions = !catalogue.type(i).description().empty();
  return facts;
}

std::string date_text(std::chrono::sys_seconds time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text, size};
}

constexpr std::int64_t as_integer(bool value) { return value ? 1 : 0; }

Status print_list(const Registry& registry, RowSink& sink) {
  const ResultColumn columns[] = {{"version", DataType::string}, {"in_use", DataType::boolean},
                                  {"types", DataType::integer},  {"descriptions", DataType::boolean},
                                  {"added", DataType::string},   {"problem", DataType::string}};
  TRY(sink.begin(columns));
  // A file that names no catalogue must not hide the list that mends it.
  const auto in_use = registry.version_in_use();
  const auto current = in_use ? *in_use : std::nullopt;
  for (const auto& entry : TRY(registry.list())) {
    const std::string added = date_text(entry.added);
    const auto opened = registry.open(entry.version);
    const Facts facts = opened ? facts_of(opened->catalogue) : Facts{};
    const Value values[] = {Value::of(std::string_view(entry.version)),
                            Value::of(as_integer(current == entry.version)),
                            opened ? Value::of(static_cast<std::int64_t>(facts.types)) : Value::null(),
                            opened ? Value::of(as_integer(facts.descriptions)) : Value::null(),
                            Value::of(std::string_view(added)),
                            entry.problem.empty() ? Value::null() : Value::of(std::string_view(entry.problem))};
    TRY(sink.row(values));
  }
  const Facts own = facts_of(TRY(Catalogue::open(catalogue::embedded_blob())));
  const Value values[] = {Value::of(catalogue::kEmbeddedName),
                          Value::of(as_integer(in_use && !current)),
                          Value::of(static_cast<std::int64_t>(own.types)),
                          Value::of(as_integer(own.descriptions)),
                          Value::null(),
                          Value::null()};
  TRY(sink.row(values));
  return sink.end();
}

Status list(const RegistryOptions& options, Terminal& terminal) {
  const auto* format = output::find_format(options.format);
  if (format == nullptr)
    return usage_error("'" + options.format + "' is not an output format", "squall exec --help names them");
  const Registry registry = TRY(open_registry(terminal.environment));
  const auto sink = format->make(terminal.out, {});
  TRY(print_list(registry, *sink));
  if (!terminal.out.flush()) return data_error("the output could not be written whole");
  return {};
}

// --- pull and import ---

// The whole file is checked here: a damaged one must not be carried on into the next, nor keep it from being made.
std::optional<catalogue::StoredCatalogue> in_use_if_whole(const Registry& registry, Terminal& terminal) {
  auto version = registry.version_in_use();
  if (version && !*version) return std::nullopt;
  auto stored = version ? registry.open(**version) : Result<catalogue::StoredCatalogue>(version.error());
  if (stored) return std::move(stored).value();
  terminal.err << "note: the catalogue in use cannot be read, and what it had is left out: " << stored.error().message
               << "\n";
  return std::nullopt;
}

// The set beside what is in use becomes a new catalogue, and that is put to use. Nothing is changed before the last step.
Status take_in(const std::string& bytes, const std::string& name, Terminal& terminal) {
  Registry registry = TRY(open_registry(terminal.environment));
  const auto set = TRY(catalogue::read_schema_set(bytes, name));
  const Catalogue embedded = TRY(Catalogue::open(catalogue::embedded_blob()));
  const auto stored = in_use_if_whole(registry, terminal);
  const auto imported = TRY(catalogue::import_schemas(set, stored ? stored->catalogue : embedded, embedded));
  for (const std::string& keyword : imported.unknown_keywords)
    terminal.err << "note: the schemas have a keyword that squall does not know: " << keyword << " (left out)\n";
  const std::string version = TRY(registry.add(imported.blob));
  TRY(registry.use(version));
  terminal.err << count_of(imported.types, "type") << " taken from " << name << ", " << imported.kept << " kept, "
               << imported.gone << " gone; the catalogue " << version << " is in use\n";
  return {};
}

std::string default_url(const GlobalOptions& global, const Environment& environment) {
  std::string region = global.region;
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (region.empty()) region = environment(name).value_or("");
  }
  if (region.empty()) region = kRegionDefault;
  return "https://schema.cloudformation." + region + "." + std::string(aws::partition_of(region).dns_suffix) +
         "/CloudformationSchema.zip";
}

Status pull(const GlobalOptions& global, const RegistryOptions& options, Terminal& terminal) {
  if (options.what != "aws") return usage_error("no registry '" + options.what + "'", "squall registry pull aws");
  const std::string url = options.url.empty() ? default_url(global, terminal.environment) : options.url;
  const std::string bytes = TRY(download(url, {.ca_file = ca_file(terminal.environment), .bytes_max = kFileBytesMax}));
  return take_in(bytes, url, terminal);
}

Status import(const RegistryOptions& options, Terminal& terminal) {
  std::ifstream file(options.what, std::ios::binary);
  if (!file) return usage_error("cannot read " + options.what);
  return take_in(TRY(read_stream(file, options.what, kFileBytesMax)), options.what, terminal);
}

Status use(const RegistryOptions& options, Terminal& terminal) {
  Registry registry = TRY(open_registry(terminal.environment));
  const std::string version = TRY(registry.use(options.what));
  terminal.err << "the catalogue " << version << " is in use\n";
  return {};
}

Status remove(const RegistryOptions& options, Terminal& terminal) {
  Registry registry = TRY(open_registry(terminal.environment));
  const std::string version = TRY(registry.remove(options.what));
  terminal.err << "the catalogue " << version << " is removed\n";
  return {};
}

}  // namespace

int run_registry(const GlobalOptions& global, const RegistryOptions& options, Terminal& terminal) {
  const auto run = [&]() -> Status {
    switch (options.action) {
      case RegistryAction::list: return list(options, terminal);
      case RegistryAction::pull: return pull(global, options, terminal);
      case RegistryAction::import: return import(options, terminal);
      case RegistryAction::use: return use(options, terminal);
      case RegistryAction::remove: break;
    }
    return remove(options, terminal);
  };
  const Status done = run();
  return done ? kDone : print_error(terminal.err, done.error());
}

}  // namespace squall::cli
