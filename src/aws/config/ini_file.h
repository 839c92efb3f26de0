// The text of an AWS configuration file (~/.aws/config, ~/.aws/credentials) as sections of settings, each with the line
// it stands on, so that a fault in it can be pointed at.
//
// Format: botocore's reading of INI. "[section]"; "key = value" (":" does as well); lines that begin with # or ;, and what
// follows " #" or " ;" in a value, are comments; an indented line goes on with the value above it, or, where that is
// empty, is a setting nested under it. Keys are lower-case; of a section or key that comes twice the later value counts.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace squall::aws {

struct IniValue {
  std::string text;
  std::size_t line = 0;                            // from 1
  std::map<std::string, std::string> nested = {};  // "s3 =" and indented settings below it
};

struct IniSection {
  std::size_t line = 0;
  std::map<std::string, IniValue> values = {};
};

// Sections by the text between their brackets, trimmed: "default", "profile dev", "sso-session corp".
using IniFile = std::map<std::string, IniSection>;

// An error is of kind data and begins with "PATH:LINE: ".
Result<IniFile> parse_ini(const std::string& path, std::string_view text);

}  // namespace squall::aws
