#include "aws/config/ini_file.h"

#include <optional>

#include "base/ascii.h"

namespace squall::aws {

namespace {

constexpr std::string_view kBlanks = " \t\r\f\v";

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::string_view without_comment(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    const bool marked = text[i] == '#' || text[i] == ';';
    if (marked && (text[i - 1] == ' ' || text[i - 1] == '\t')) return text.substr(0, i);
  }
  return text;
}

struct KeyValue {
  std::string key;
  std::string text;
};

std::optional<KeyValue> split_setting(std::string_view line) {
  const auto sign = line.find_first_of("=:");
  if (sign == std::string_view::npos) return std::nullopt;
  std::string key = ascii_lower(trimmed(line.substr(0, sign)));
  if (key.empty()) return std::nullopt;
  return KeyValue{std::move(key), std::string(trimmed(without_comment(line.substr(sign))).substr(1))};
}

class IniReader {
 public:
  explicit IniReader(const std::string& path) : path_(path) {}

  Status read_line(std::string_view raw) {
    ++line_;
    const std::string_view line = trimmed(raw);
    if (line.empty() || line.front() == '#' || line.front() == ';') return {};
    const bool indented = kBlanks.find(raw.front()) != std::string_view::npos;
    if (indented && value_ != nullptr) return read_indented(line);
    if (line.front() == '[') return read_section(line);
    return read_setting(line);
  }

  IniFile take() { return std::move(file_); }

 private:
  Error fault(const std::string& what) const {
    return data_error(path_ + ":" + std::to_string(line_) + ": " + what, "mend that line of the file");
  }

  Status read_section(std::string_view line) {
    const auto end = line.find(']');
    if (end == std::string_view::npos) return fault("the section's ] is missing");
    const std::string_view name = trimmed(line.substr(1, end - 1));
    if (name.empty()) return fault("the section has no name");
    section_ = &file_[std::string(name)];
    if (section_->line == 0) section_->line = line_;
    value_ = nullptr;
    return {};
  }

  Status read_setting(std::string_view line) {
    if (section_ == nullptr) return fault("a setting stands before the first [section]");
    auto setting = split_setting(line);
    if (!setting) return fault("neither a [section] nor key = value");
    value_ = &section_->values[setting->key];
    *value_ = {.text = std::string(trimmed(setting->text)), .line = line_};
    return {};
  }

  Status read_indented(std::string_view line) {
    if (!value_->text.empty()) {
      value_->text += "\n" + std::string(trimmed(without_comment(line)));
      return {};
    }
    auto setting = split_setting(line);
    if (!setting) return fault("an indented line that is not key = value");
    value_->nested[setting->key] = trimmed(setting->text);
    return {};
  }

  const std::string& path_;
  std::size_t line_ = 0;
  IniFile file_;
  IniSection* section_ = nullptr;
  IniValue* value_ = nullptr;  // what an indented line belongs to
};

}  // namespace

Result<IniFile> parse_ini(const std::string& path, std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  IniReader reader(path);
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    TRY(reader.read_line(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return reader.take();
}

}  // namespace squall::aws
