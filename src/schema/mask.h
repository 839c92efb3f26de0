// Write-only values (passwords, code) hidden in documents that people see.
//
// Paths are the catalogue's ResourceType::write_only(): "MasterUserPassword", "Code/ZipFile", "Users/*/Password". A document
// that cannot be read is hidden as a whole where its type has such values, and passes as it is where it has none.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>

namespace squall::schema {

constexpr std::string_view kMasked = "***";

// A model (JSON object) with every value at one of the paths as "***".
std::string mask_model(std::string_view model, std::span<const std::string> write_only);

// A patch (RFC 6902) with the values of its operations masked likewise.
std::string mask_patch(std::string_view patch, std::span<const std::string> write_only);

// The texts and numbers at the paths of a model, as text: what must not be seen elsewhere either.
std::set<std::string> write_only_values(std::string_view model, std::span<const std::string> write_only);
// Of a patch's operations.
std::set<std::string> write_only_patch_values(std::string_view patch, std::span<const std::string> write_only);

}  // namespace squall::schema
