// JSON Patch (RFC 6902) over models: what AWS refuses of one, applying it, and making one of two states.
//
// The paths of a type (read-only, create-only, write-only) are the catalogue's, "*" for any element. Pure; documents are
// bounded in depth by whoever parses them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "catalogue/catalogue.h"

namespace squall::schema {

struct PatchFault {
  std::string code;  // "NotUpdatableException"
  std::string text;  // in AWS's words; empty: none
};
// What AWS refuses without looking at the resource: a document that is no patch, and one that changes create-only or
// read-only values, or write-only ones by anything but "add".
PatchFault check_patch(const catalogue::ResourceType& type, const nlohmann::ordered_json& patch);

// Applies the operations in order. The text of the first fault ("operation 2: /Tags/7 does not exist"), after which the
// model is as it was; also where the model grows longer than AWS takes.
std::optional<std::string> apply_patch(const nlohmann::ordered_json& patch, nlohmann::ordered_json& model);

// What turns `before` into `after`, sorted by path; empty: no difference. Objects are compared member by member, arrays
// replaced whole. Read-only values are left out, also inside of arrays. Write-only values are only ever added: a read
// shows none, so there is nothing to remove.
nlohmann::ordered_json make_patch(const catalogue::ResourceType& type, const nlohmann::ordered_json& before,
                                  const nlohmann::ordered_json& after);

// The create-only paths ("Schedule/Name", "Rules/*/Name") at which a value differs. What comes or goes with an element of
// an array, or comes with an object that was not there, is no change of it; neither is a write-only value, which a read
// does not show, where `before` has none.
std::vector<std::string> changed_create_only(const catalogue::ResourceType& type, const nlohmann::ordered_json& before,
                                             const nlohmann::ordered_json& after);

}  // namespace squall::schema
