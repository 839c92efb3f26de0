#include "schema/validator.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "catalogue/catalogue.h"
#include "catalogue/embedded.h"
#include "schema/pattern.h"

namespace squall::schema {
namespace {

using Json = nlohmann::ordered_json;

// What AWS would say to a model; "" where it fits.
std::string fault(const std::string& schema, const std::string& model) {
  const auto violations = Validator(schema).violations(Json::parse(model));
  if (violations.empty()) return "";
  std::string text = model_validation_text(violations);
  const std::string head = "Model validation failed (";
  EXPECT_TRUE(text.starts_with(head) && text.ends_with(")"));
  return text.substr(head.size(), text.size() - head.size() - 1);
}

// A schema of one property X.
std::string of_x(const std::string& property) {
  return "{\"properties\":{\"X\":" + property + "},\"additionalProperties\":false}";
}

TEST(Validator, SaysWhatAwsIsOnRecordFor) {
  EXPECT_EQ(fault(of_x("{\"type\":\"string\"}"), "{\"DOESNOTEXIST\":1}"),
            "#: extraneous key [DOESNOTEXIST] is not permitted");
  EXPECT_EQ(fault(of_x("{\"type\":\"string\"}"), "{\"X\":true}"), "#/X: expected type: String, found: Boolean");
  EXPECT_EQ(fault(of_x("{\"type\":\"string\",\"enum\":[\"A\"]}"), "{\"X\":\"B\"}"),
            "#/X: #: only 1 subschema matches out of 2\n#/X: failed validation constraint for keyword [enum]");
}

TEST(Validator, NamesTypesAsJavaDoes) {
  EXPECT_EQ(fault(of_x("{\"type\":\"integer\"}"), "{\"X\":\"1\"}"), "#/X: expected type: Integer, found: String");
  EXPECT_EQ(fault(of_x("{\"type\":\"integer\"}"), "{\"X\":1.5}"), "#/X: expected type: Integer, found: Double");
  EXPECT_EQ(fault(of_x("{\"type\":\"number\"}"), "{\"X\":null}"), "#/X: expected type: Number, found: Null");
  EXPECT_EQ(fault(of_x("{\"type\":\"array\"}"), "{\"X\":{}}"), "#/X: expected type: JSONArray, found: JSONObject");
  EXPECT_EQ(fault(of_x("{\"type\":\"object\"}"), "{\"X\":[]}"), "#/X: expected type: JSONObject, found: JSONArray");
  EXPECT_EQ(fault(of_x("{\"type\":[\"string\",\"object\"]}"), "{\"X\":{}}"), "");
  EXPECT_EQ(fault(of_x("{\"type\":[\"string\",\"object\"]}"), "{\"X\":1}"),
            "#/X: #: no subschema matched out of the total 2 subschemas\n#/X: expected type: String, found: Integer\n"
            "#/X: expected type: JSONObject, found: Integer");
}

TEST(Validator, ChecksStrings) {
  EXPECT_EQ(fault(of_x("{\"minLength\":2}"), "{\"X\":\"a\"}"), "#/X: expected minLength: 2, actual: 1");
  EXPECT_EQ(fault(of_x("{\"maxLength\":2}"), "{\"X\":\"\\u00e9\\u00e9\\u00e9\"}"),
            "#/X: expected maxLength: 2, actual: 3");
  EXPECT_EQ(fault(of_x("{\"maxLength\":2}"), "{\"X\":\"\\u00e9\\u00e9\"}"), "");
  // A pattern is searched for.
  EXPECT_EQ(fault(of_x("{\"pattern\":\"[a-z]\"}"), "{\"X\":\"1a1\"}"), "");
  EXPECT_EQ(fault(of_x("{\"pattern\":\"^[a-z]+$\"}"), "{\"X\":\"1a1\"}"),
            "#/X: failed validation constraint for keyword [pattern]");
  EXPECT_EQ(fault(of_x("{\"format\":\"date-time\"}"), "{\"X\":\"tomorrow\"}"),
            "#/X: failed validation constraint for keyword [format]");
  EXPECT_EQ(fault(of_x("{\"format\":\"date-time\"}"), "{\"X\":\"2026-01-01T00:00:00Z\"}"), "");
}

TEST(Validator, ChecksNumbers) {
  EXPECT_EQ(fault(of_x("{\"minimum\":1}"), "{\"X\":0}"), "#/X: failed validation constraint for keyword [minimum]");
  EXPECT_EQ(fault(of_x("{\"maximum\":1}"), "{\"X\":2}"), "#/X: failed validation constraint for keyword [maximum]");
  EXPECT_EQ(fault(of_x("{\"exclusiveMaximum\":1}"), "{\"X\":1}"),
            "#/X: failed validation constraint for keyword [exclusiveMaximum]");
  EXPECT_EQ(fault(of_x("{\"multipleOf\":60}"), "{\"X\":90}"),
            "#/X: failed validation constraint for keyword [multipleOf]");
  EXPECT_EQ(fault(of_x("{\"multipleOf\":0.1}"), "{\"X\":0.3}"), "");
  EXPECT_EQ(fault(of_x("{\"type\":\"integer\"}"), "{\"X\":2.0}"), "");
}

TEST(Validator, ChecksArrays) {
  EXPECT_EQ(fault(of_x("{\"minItems\":1}"), "{\"X\":[]}"), "#/X: expected minimum item count: 1, found: 0");
  EXPECT_EQ(fault(of_x("{\"maxItems\":1}"), "{\"X\":[1,2]}"), "#/X: expected maximum item count: 1, found: 2");
  EXPECT_EQ(fault(of_x("{\"uniqueItems\":true}"), "{\"X\":[{\"a\":1},{\"a\":1}]}"), "#/X: array items are not unique");
  EXPECT_EQ(fault(of_x("{\"items\":{\"type\":\"string\"}}"), "{\"X\":[\"a\",1]}"),
            "#/X/1: expected type: String, found: Integer");
}

TEST(Validator, ChecksObjects) {
  EXPECT_EQ(fault("{\"required\":[\"A\"]}", "{}"), "#: required key [A] not found");
  EXPECT_EQ(fault("{\"dependencies\":{\"A\":[\"B\"]}}", "{\"A\":1}"), "#: property [B] is required");
  EXPECT_EQ(fault("{\"minProperties\":1}", "{}"), "#: minimum size: [1], found: [0]");
  EXPECT_EQ(fault("{\"patternProperties\":{\"^a\":{\"type\":\"string\"}},\"additionalProperties\":false}",
                  "{\"ab\":1,\"b\":1}"),
            "#: 2 schema violations found\n#/ab: expected type: String, found: Integer\n#: extraneous key [b] is not "
            "permitted");
  EXPECT_EQ(fault("{\"properties\":{\"a/b\":{\"type\":\"string\"}}}", "{\"a/b\":1}"),
            "#/a~1b: expected type: String, found: Integer");
}

TEST(Validator, ChecksCombinations) {
  const std::string one_of = "{\"oneOf\":[{\"required\":[\"A\"]},{\"required\":[\"B\"]}]}";
  EXPECT_EQ(fault(one_of, "{\"A\":1}"), "");
  EXPECT_EQ(fault(one_of, "{\"A\":1,\"B\":1}"), "#: #: 2 subschemas matched instead of one");
  EXPECT_EQ(fault(one_of, "{}"),
            "#: #: 0 subschemas matched instead of one\n#: required key [A] not found\n#: required key [B] not found");
  EXPECT_EQ(fault("{\"anyOf\":[{\"required\":[\"A\"]}]}", "{}"),
            "#: #: no subschema matched out of the total 1 subschemas\n#: required key [A] not found");
}

TEST(Validator, CountsSeveralFaults) {
  EXPECT_EQ(fault("{\"required\":[\"A\",\"B\"]}", "{}"),
            "#: 2 schema violations found\n#: required key [A] not found\n#: required key [B] not found");
}

TEST(Validator, FollowsReferencesAndSurvivesCircles) {
  const std::string schema =
      "{\"definitions\":{\"Node\":{\"type\":\"object\",\"properties\":{\"Next\":{\"$ref\":\"#/definitions/Node\"}},"
      "\"additionalProperties\":false},\"Loop\":{\"$ref\":\"#/definitions/Loop\"}},"
      "\"properties\":{\"X\":{\"$ref\":\"#/definitions/Node\"},\"Y\":{\"$ref\":\"#/definitions/Loop\"}}}";
  EXPECT_EQ(fault(schema, "{\"X\":{\"Next\":{\"Next\":{\"Z\":1}}}}"),
            "#/X/Next/Next: extraneous key [Z] is not permitted");
  EXPECT_EQ(fault(schema, "{\"Y\":1}"), "");
  EXPECT_EQ(
      fault("{\"definitions\":{\"A\":{\"anyOf\":[{\"$ref\":\"#/definitions/A\"}]}},\"properties\":{\"X\":{\"$ref\":"
            "\"#/definitions/A\"}}}",
            "{\"X\":1}"),
      "");
  EXPECT_EQ(fault("{\"properties\":{\"X\":{\"$ref\":\"#/definitions/None\"}}}", "{\"X\":1}"), "");
  EXPECT_EQ(fault("no json", "{\"X\":1}"), "");
}

TEST(Validator, FindsRepeatedItemsInArraysOfAnySize) {
  Json model = {{"X", Json::array()}};
  for (int i = 0; i < 40'000; ++i) model["X"].push_back(i);
  const std::string unique = of_x("{\"uniqueItems\":true}");
  EXPECT_EQ(fault(unique, model.dump()), "");
  model["X"].push_back(7);
  EXPECT_EQ(fault(unique, model.dump()), "#/X: array items are not unique");
  EXPECT_EQ(fault(unique, R"({"X":[{"a":1,"b":2},{"b":2,"a":1.0}]})"), "#/X: array items are not unique");
  EXPECT_EQ(fault(unique, R"({"X":[1,"1",true,"true",null,"null",[1],["1"],{"a":1},"{1:a1}"]})"), "");
}

// However many places a match could start at, and however many texts: the work is counted for all of them.
TEST(Pattern, CountsItsWorkThroughTheWholeText) {
  std::string lines;
  for (int i = 0; i < 300; ++i) {
    for (int j = 0; j < 100; ++j) lines += "arn:aws:";
    lines += "\n";
  }
  EXPECT_EQ(Pattern("arn:aws(-[\\w]+)*:.+:.+:[0-9]{12}:.+").is_found_in(lines), std::nullopt);
  // A single step passes over the whole text here.
  EXPECT_EQ(Pattern("[a-z]+[0-9]").is_found_in(std::string(250'000, 'a')), std::nullopt);
  EXPECT_EQ(Pattern("^[\\s\\S]*$").is_found_in(lines), true);
  EXPECT_EQ(Pattern("[a-z]$").is_found_in(std::string(250'000, 'a')), true);
  std::size_t work_left = 1000;
  EXPECT_EQ(Pattern("^a+$").is_found_in(std::string(300, 'a'), work_left), true);
  EXPECT_LT(work_left, 500U);
  EXPECT_EQ(Pattern("^a+$").is_found_in(std::string(600, 'a'), work_left), std::nullopt);
}

TEST(Pattern, GivesUpInsteadOfHanging) {
  EXPECT_EQ(Pattern("(a+)+$").is_found_in(std::string(40, 'a') + "b"), std::nullopt);
  EXPECT_FALSE(Pattern("[").compiles());
  EXPECT_EQ(Pattern("[").is_found_in("a"), std::nullopt);
  EXPECT_EQ(Pattern("^\\p{L}+$").is_found_in("\xc3\xa9"), true);
  EXPECT_EQ(Pattern("\\u00e9").is_found_in("\xc3\xa9"), true);
}

// The one that PCRE2 takes in no form: a group of seven alternatives up to 900 times is too large for it.
constexpr const char* kTooLarge =
    R"(^([a-zA-Z0-9_\-=/]|\{satellite_id\}|\{config\-name}|\{s3\-config-id}|\{year\}|\{month\}|\{day\}){1,900}$)";

// The schemas of every type are usable, and all of their 2,302 patterns but one are checked.
TEST(Validator, KnowsTheSchemasOfEveryType) {
  const auto opened = catalogue::Catalogue::open(catalogue::embedded_blob());
  ASSERT_TRUE(opened.ok());
  std::set<std::string> unchecked;
  for (std::size_t i = 0; i < opened->type_count(); ++i) {
    const auto type = opened->type(i);
    const Validator validator(type.schema());
    validator.compile_patterns();
    for (auto& expression : validator.unchecked_patterns()) unchecked.insert(std::move(expression));
    const auto faults = validator.violations(Json::parse("{\"NoSuchProperty\":1}"));
    EXPECT_GE(faults.size(), type.required().size()) << type.name();
  }
  EXPECT_EQ(unchecked, std::set<std::string>{kTooLarge});
  // The reason holds: with fewer of them it compiles.
  std::string smaller = kTooLarge;
  smaller.replace(smaller.find("900"), 3, "90");
  EXPECT_TRUE(Pattern(smaller).compiles());
}

}  // namespace
}  // namespace squall::schema
