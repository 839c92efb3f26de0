#include "aws/config/config_files.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>

#include "base/did_you_mean.h"

namespace squall::aws {

namespace {

constexpr std::size_t kFileBytesMax = 16 * 1024 * 1024;

// `profile "my dev"` -> `profile my dev`: kinds of sections are told from their names by one space.
std::string normal_section_name(const std::string& name) {
  const auto space = name.find_first_of(" \t");
  if (space == std::string::npos) return name;
  std::string rest = name.substr(name.find_first_not_of(" \t", space));
  const bool quoted = rest.size() >= 2 && (rest.front() == '"' || rest.front() == '\'') && rest.back() == rest.front();
  if (quoted) rest = rest.substr(1, rest.size() - 2);
  return name.substr(0, space) + " " + rest;
}

Result<IniFile> load_file(const std::string& path, const FileReader& read_file, bool is_config) {
  const auto text = TRY(read_file(path));
  if (!text) return IniFile();
  IniFile raw = TRY(parse_ini(path, *text));
  if (!is_config) return raw;
  IniFile normal;
  for (auto& [name, section] : raw) normal[normal_section_name(name)] = std::move(section);
  return normal;
}

}  // namespace

Result<std::optional<std::string>> read_small_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    if (errno == ENOENT || errno == ENOTDIR) return std::optional<std::string>();
    return data_error("cannot read " + path + ": " + std::strerror(errno));
  }
  std::string text;
  std::array<char, 65536> piece{};
  while (in.read(piece.data(), piece.size()) || in.gcount() > 0) {
    text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > kFileBytesMax) return data_error(path + " is larger than 16 MiB");
  }
  if (in.bad()) return data_error("cannot read " + path);
  return std::optional<std::string>(std::move(text));
}

std::string expand_home(const std::string& path, const Environment& environment) {
  if (!path.starts_with("~/")) return path;
  return environment("HOME").value_or("") + path.substr(1);
}

Result<ConfigFiles> ConfigFiles::load(const Environment& environment, const FileReader& read_file) {
  ConfigFiles files;
  files.config_path_ = expand_home(environment("AWS_CONFIG_FILE").value_or("~/.aws/config"), environment);
  files.credentials_path_ =
      expand_home(environment("AWS_SHARED_CREDENTIALS_FILE").value_or("~/.aws/credentials"), environment);
  files.config_ = TRY(load_file(files.config_path_, read_file, true));
  files.credentials_ = TRY(load_file(files.credentials_path_, read_file, false));
  return files;
}

const IniSection* ConfigFiles::section(ConfigFile file, const std::string& profile) const {
  const IniFile& ini = file == ConfigFile::config ? config_ : credentials_;
  if (file == ConfigFile::config) {
    // "[profile default]" is another way to write "[default]".
    if (const auto found = ini.find("profile " + profile); found != ini.end()) return &found->second;
    if (profile != "default") return nullptr;
  }
  const auto found = ini.find(profile);
  return found == ini.end() ? nullptr : &found->second;
}

bool ConfigFiles::has_profile(const std::string& profile) const {
  return section(ConfigFile::config, profile) != nullptr || section(ConfigFile::credentials, profile) != nullptr;
}

std::vector<std::string> ConfigFiles::profile_names() const {
  constexpr std::string_view kPrefix = "profile ";
  std::set<std::string> names;
  for (const auto& [name, section] : config_) {
    if (name.starts_with(kPrefix)) names.insert(name.substr(kPrefix.size()));
    if (name == "default") names.insert(name);
  }
  for (const auto& [name, section] : credentials_) names.insert(name);
  return {names.begin(), names.end()};
}

const std::string& ConfigFiles::path(ConfigFile file) const {
  return file == ConfigFile::config ? config_path_ : credentials_path_;
}

std::optional<Setting> ConfigFiles::find(ConfigFile file, const std::string& profile, const std::string& key) const {
  const IniSection* found = section(file, profile);
  if (found == nullptr) return std::nullopt;
  const auto value = found->values.find(key);
  if (value == found->values.end() || value->second.text.empty()) return std::nullopt;
  return Setting{value->second.text, path(file) + ":" + std::to_string(value->second.line)};
}

std::optional<Setting> ConfigFiles::find(const std::string& profile, const std::string& key) const {
  if (auto setting = find(ConfigFile::credentials, profile, key)) return setting;
  return find(ConfigFile::config, profile, key);
}

std::optional<Setting> ConfigFiles::find_sso(const std::string& session, const std::string& key) const {
  const auto found = config_.find("sso-session " + session);
  if (found == config_.end()) return std::nullopt;
  const auto value = found->second.values.find(key);
  if (value == found->second.values.end() || value->second.text.empty()) return std::nullopt;
  return Setting{value->second.text, config_path_ + ":" + std::to_string(value->second.line)};
}

std::optional<std::string> ConfigFiles::find_service(const std::string& services, const std::string& service,
                                                     const std::string& key) const {
  const auto found = config_.find("services " + services);
  if (found == config_.end()) return std::nullopt;
  const auto value = found->second.values.find(service);
  if (value == found->second.values.end()) return std::nullopt;
  const auto nested = value->second.nested.find(key);
  if (nested == value->second.nested.end() || nested->second.empty()) return std::nullopt;
  return nested->second;
}

Result<ProfileChoice> choose_profile(const std::string& chosen, const Environment& environment,
                                     const ConfigFiles& files) {
  ProfileChoice choice{.name = chosen, .is_explicit = !chosen.empty()};
  if (chosen.empty()) choice.name = environment("AWS_PROFILE").value_or("");
  const bool named = !choice.name.empty();
  if (!named) choice.name = "default";
  if (!named || files.has_profile(choice.name)) return choice;
  const auto names = files.profile_names();
  const std::string nearest = nearest_name(choice.name, std::vector<std::string_view>(names.begin(), names.end()));
  return Error{.kind = ErrorKind::credentials,
               .message = "no profile " + choice.name + ": neither " + files.path(ConfigFile::config) + " nor " +
                          files.path(ConfigFile::credentials) + " has it",
               .hint = nearest.empty() ? "write [profile " + choice.name + "] there, or choose another with --profile"
                                       : "did you mean " + nearest + "?"};
}

}  // namespace squall::aws
