#include "catalogue/names.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/ascii.h"

namespace squall::catalogue {

namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_vowel(char c) { return std::string_view("aeiou").find(c) != std::string_view::npos; }

// Replaced in this order, inside words too: so says the published documentation (CIDRIP has an ID and an IP).
constexpr std::array<std::pair<std::string_view, std::string_view>, 35> kAcronyms = {{
    {"DB", "Db"},   {"ARN", "Arn"}, {"WAN", "Wan"}, {"URL", "Url"}, {"VPC", "Vpc"},     {"DNS", "Dns"},
    {"IP", "Ip"},   {"IAM", "Iam"}, {"TLS", "Tls"}, {"SSM", "Ssm"}, {"CNAME", "Cname"}, {"SQ", "Sq"},
    {"ML", "Ml"},   {"SKU", "Sku"}, {"KMS", "Kms"}, {"OK", "Ok"},   {"CA", "Ca"},       {"ID", "Id"},
    {"TTL", "Ttl"}, {"URI", "Uri"}, {"LB", "Lb"},   {"SNS", "Sns"}, {"AWS", "Aws"},     {"ACL", "Acl"},
    {"AZ", "Az"},   {"API", "Api"}, {"MSK", "Msk"}, {"ECS", "Ecs"}, {"EBS", "Ebs"},     {"CWE", "Cwe"},
    {"SSE", "Sse"}, {"HPO", "Hpo"}, {"LF", "Lf"},   {"WAL", "Wal"}, {"OAuth", "Oauth"},
}};

// Whole names only: graphql_schema is regular.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kIrregularPlurals = {{
    {"schema", "schemata"},
    {"schema_version_metadata", "schema_version_metadata"},
}};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> endings) {
  for (std::string_view ending : endings) {
    if (text.ends_with(ending)) return true;
  }
  return false;
}

std::string with_ending(std::string_view word, std::size_t cut, std::string_view ending) {
  return std::string(word.substr(0, word.size() - cut)) + std::string(ending);
}

// -y behind a consonant or "qu".
bool y_becomes_ies(std::string_view word) {
  if (word.size() < 2 || word.back() != 'y') return false;
  return !is_vowel(word[word.size() - 2]) || ends_with_any(word, {"quy"});
}

// -us, but not -aus, -ous, -uus.
bool is_us_word(std::string_view word) {
  if (!word.ends_with("us") || word.size() < 3) return false;
  const char before = word[word.size() - 3];
  return before != 'a' && before != 'o' && before != 'u';
}

}  // namespace

TypeNameParts split_type_name(std::string_view name) {
  const auto first = name.find("::");
  const auto second = first == std::string_view::npos ? first : name.find("::", first + 2);
  if (second == std::string_view::npos) return {};
  for (std::string_view part :
       {name.substr(0, first), name.substr(first + 2, second - first - 2), name.substr(second + 2)}) {
    if (part.empty() || !std::all_of(part.begin(), part.end(), is_ascii_alnum)) return {};
  }
  return {std::string(name.substr(0, first)), ascii_lower(name.substr(first + 2, second - first - 2)),
          std::string(name.substr(second + 2))};
}

std::string service_name(const TypeNameParts& parts) {
  return parts.provider == "AWS" ? parts.service : ascii_lower(parts.provider) + "_" + parts.service;
}

std::string singular_name(std::string_view resource) {
  // A run of capitals before a small letter is one word up to its last capital, which begins the next.
  std::string split;
  for (std::size_t i = 0; i < resource.size();) {
    std::size_t run = i;
    while (run < resource.size() && is_upper(resource[run])) ++run;
    if (run - i >= 2 && run < resource.size() && is_lower(resource[run])) {
      split += ascii_lower(resource.substr(i, run - i - 1));
      split += '_';
      split += ascii_lower(resource[run - 1]);
      i = run;
    } else if (run > i) {
      split += resource.substr(i, run - i);
      i = run;
    } else {
      split += resource[i++];
    }
  }
  std::string name;
  for (std::size_t i = 0; i < split.size(); ++i) {
    if (i > 0 && is_upper(split[i]) && is_lower(split[i - 1])) name += '_';
    name += ascii_lower(split[i]);
  }
  return name;
}

std::string plural_name(std::string_view singular) {
  for (const auto& [irregular, plural] : kIrregularPlurals) {
    if (singular == irregular) return std::string(plural);
  }
  if (singular.ends_with("sis")) return with_ending(singular, 3, "ses");
  if (singular.ends_with("index")) return with_ending(singular, 2, "ices");
  if (y_becomes_ies(singular)) return with_ending(singular, 1, "ies");
  if (ends_with_any(singular, {"alias", "x", "ch", "ss", "sh", "zz"}) || is_us_word(singular))
    return with_ending(singular, 0, "es");
  if (singular.ends_with("s")) return std::string(singular);
  return with_ending(singular, 0, "s");
}

std::string column_name(std::string_view property) {
  std::string text(property);
  for (const auto& [from, to] : kAcronyms) replace_all(text, from, to);
  std::string name;
  bool just_separated = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_upper(text[i])) {
      name += text[i];
      just_separated = false;
      continue;
    }
    const bool behind_word = i > 0 && (is_ascii_alnum(text[i - 1]) || text[i - 1] == '_');
    const bool separate = behind_word && !just_separated;
    if (separate) name += '_';
    just_separated = separate;
    name += ascii_lower(text[i]);
  }
  return name;
}

std::string nested_column_name(std::string_view path) {
  std::string name;
  while (true) {
    const auto slash = path.find('/');
    name += column_name(path.substr(0, slash));
    if (slash == std::string_view::npos) return name;
    name += '_';
    path.remove_prefix(slash + 1);
  }
}

}  // namespace squall::catalogue
