// JSON Patch: RFC 6902's operations, AWS's refusals, and the patch between two states.
#include "schema/json_patch.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "catalogue/embedded.h"
#include "schema/model_value.h"

namespace squall::schema {
namespace {

using Json = nlohmann::ordered_json;

catalogue::ResourceType type_of(const char* name) {
  static const catalogue::Catalogue catalogue = catalogue::Catalogue::open(catalogue::embedded_blob()).value();
  return *catalogue.find_type(name);
}
const catalogue::ResourceType kBucket = type_of("AWS::S3::Bucket");
const catalogue::ResourceType kFunction = type_of("AWS::Lambda::Function");
const catalogue::ResourceType kImageVersion = type_of("AWS::SageMaker::ImageVersion");

// The model after the patch, or the fault.
std::string applied(const char* patch, const char* model) {
  Json document = Json::parse(model);
  const auto fault = apply_patch(Json::parse(patch), document);
  if (fault && document != Json::parse(model)) return "the model was left half-way";
  return fault ? *fault : document.dump();
}

// The examples of RFC 6902, appendix A, by their numbers.
TEST(ApplyPatch, DoesWhatTheExamplesOfTheRfcSay) {
  EXPECT_EQ(applied(R"([{"op":"add","path":"/baz","value":"qux"}])", R"({"foo":"bar"})"),
            R"({"foo":"bar","baz":"qux"})");  // 1
  EXPECT_EQ(applied(R"([{"op":"add","path":"/foo/1","value":"qux"}])", R"({"foo":["bar","baz"]})"),
            R"({"foo":["bar","qux","baz"]})");                                                                   // 2
  EXPECT_EQ(applied(R"([{"op":"remove","path":"/baz"}])", R"({"baz":"qux","foo":"bar"})"), R"({"foo":"bar"})");  // 3
  EXPECT_EQ(applied(R"([{"op":"remove","path":"/foo/1"}])", R"({"foo":["bar","qux","baz"]})"),
            R"({"foo":["bar","baz"]})");  // 4
  EXPECT_EQ(applied(R"([{"op":"replace","path":"/baz","value":"boo"}])", R"({"baz":"qux","foo":"bar"})"),
            R"({"baz":"boo","foo":"bar"})");  // 5
  EXPECT_EQ(applied(R"([{"op":"move","from":"/foo/waldo","path":"/qux/thud"}])",
                    R"({"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}})"),
            R"({"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}})");  // 6
  EXPECT_EQ(applied(R"([{"op":"move","from":"/foo/1","path":"/foo/3"}])", R"({"foo":["all","grass","cows","eat"]})"),
            R"({"foo":["all","cows","eat","grass"]})");  // 7
  EXPECT_EQ(applied(R"([{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}])",
                    R"({"baz":"qux","foo":["a",2,"c"]})"),
            R"({"baz":"qux","foo":["a",2,"c"]})");  // 8
  EXPECT_EQ(applied(R"([{"op":"test","path":"/baz","value":"bar"}])", R"({"baz":"qux"})"),
            "operation 0: the test of /baz fails");  // 9
  EXPECT_EQ(applied(R"([{"op":"add","path":"/child","value":{"grandchild":{}}}])", R"({"foo":"bar"})"),
            R"({"foo":"bar","child":{"grandchild":{}}})");  // 10
  EXPECT_EQ(applied(R"([{"op":"add","path":"/baz","value":"qux","xyz":123}])", R"({"foo":"bar"})"),
            R"({"foo":"bar","baz":"qux"})");  // 11
  EXPECT_EQ(applied(R"([{"op":"add","path":"/baz/bat","value":"qux"}])", R"({"foo":"bar"})"),
            "operation 0: /baz/bat cannot be added");                                                             // 12
  EXPECT_EQ(applied(R"([{"op":"test","path":"/~01","value":10}])", R"({"/":9,"~1":10})"), R"({"/":9,"~1":10})");  // 14
  EXPECT_EQ(applied(R"([{"op":"test","path":"/~01","value":"10"}])", R"({"/":9,"~1":10})"),
            "operation 0: the test of /~01 fails");  // 15
  EXPECT_EQ(applied(R"([{"op":"add","path":"/foo/-","value":["abc","def"]}])", R"({"foo":["bar"]})"),
            R"({"foo":["bar",["abc","def"]]})");  // 16
}

TEST(ApplyPatch, NamesTheOperationThatFails) {
  EXPECT_EQ(applied(R"([{"op":"add","path":"/a","value":1},{"op":"remove","path":"/b"}])", "{}"),
            "operation 1: /b does not exist");
  EXPECT_EQ(applied(R"([{"op":"replace","path":"/a/2","value":1}])", R"({"a":[0,1]})"),
            "operation 0: /a/2 does not exist");
  EXPECT_EQ(applied(R"([{"op":"remove","path":"/a/01"}])", R"({"a":[0,1]})"), "operation 0: /a/01 does not exist");
  EXPECT_EQ(applied(R"([{"op":"remove","path":"/a/-"}])", R"({"a":[0,1]})"), "operation 0: /a/- does not exist");
  EXPECT_EQ(applied(R"([{"op":"add","path":"/a/3","value":1}])", R"({"a":[0,1]})"),
            "operation 0: /a/3 cannot be added");
  EXPECT_EQ(applied(R"([{"op":"move","from":"/a","path":"/a/b"}])", R"({"a":{}})"),
            "operation 0: /a cannot be moved into itself");
  EXPECT_EQ(applied(R"([{"op":"move","from":"/a","path":"/b/c"}])", R"({"a":1})"), "operation 0: /b/c cannot be added");
}

TEST(ApplyPatch, TestComparesAsJson) {
  EXPECT_EQ(
      applied(R"([{"op":"test","path":"","value":{"b":1.0,"a":[{"y":1,"x":2}]}}])", R"({"a":[{"x":2,"y":1}],"b":1})"),
      R"({"a":[{"x":2,"y":1}],"b":1})");
}

TEST(ApplyPatch, MovesDoNotNestWithoutEnd) {
  Json patch = Json::array();
  for (int i = 0; i < 200; ++i) {
    patch.push_back({{"op", "add"}, {"path", "/n"}, {"value", Json::object()}});
    patch.push_back({{"op", "move"}, {"from", "/o"}, {"path", "/n/o"}});
    patch.push_back({{"op", "move"}, {"from", "/n"}, {"path", "/o"}});
  }
  Json model = {{"o", 1}};
  EXPECT_EQ(apply_patch(patch, model), "the model nests deeper than 100 levels");
  EXPECT_EQ(model, Json({{"o", 1}}));
}

// "code: text" without what every text starts with.
std::string refused(const catalogue::ResourceType& type, const char* patch) {
  const PatchFault fault = check_patch(type, Json::parse(patch, nullptr, false));
  const std::string start = "Invalid patch update: ";
  if (fault.text.empty()) return "";
  return fault.code + ": " + (fault.text.starts_with(start) ? fault.text.substr(start.size()) : fault.text);
}

TEST(CheckPatch, RefusesWhatIsNoPatch) {
  EXPECT_EQ(refused(kBucket, "{}"), "ValidationException: the document is no JSON array");
  EXPECT_EQ(refused(kBucket, "[7]"), "ValidationException: operation 0 has no op");
  EXPECT_EQ(refused(kBucket, R"([{"op":7}])"), "ValidationException: operation 0 has no op");
  EXPECT_EQ(refused(kBucket, R"([{"op":"put","path":"/a"}])"),
            "ValidationException: operation 0: the op put is none of add, remove, replace, move, copy and test");
  EXPECT_EQ(refused(kBucket, R"([{"op":"test","path":"/a","value":1},{"op":"add","path":"/a"}])"),
            "ValidationException: operation 1 has no value");
  EXPECT_EQ(refused(kBucket, R"([{"op":"remove"}])"), "ValidationException: operation 0 has no path");
  EXPECT_EQ(refused(kBucket, R"([{"op":"copy","path":"/a"}])"), "ValidationException: operation 0 has no from");
  EXPECT_EQ(refused(kBucket, R"([{"op":"remove","path":"a"}])"),
            "ValidationException: operation 0: the path a does not start with /");
  EXPECT_EQ(refused(kBucket, R"([{"op":"remove","path":"/a~2"}])"),
            "ValidationException: operation 0: the path /a~2 has a ~ without 0 or 1");
}

TEST(CheckPatch, RefusesWhatCannotBeUpdatedInAwsWords) {
  EXPECT_EQ(refused(kImageVersion, R"([{"op":"replace","path":"/ImageName","value":"x"}])"),
            "NotUpdatableException: createOnlyProperties [/properties/ImageName] cannot be updated");
  EXPECT_EQ(refused(kImageVersion, R"([{"op":"remove","path":"/Version"},{"op":"remove","path":"/ImageArn"}])"),
            "ValidationException: readOnlyProperties [/properties/ImageArn, /properties/Version] cannot be updated");
  EXPECT_EQ(refused(kImageVersion, R"([{"op":"replace","path":"/Alias","value":"x"}])"),
            "ValidationException: writeOnlyProperties [/Alias] can only be updated using 'add' operation");
  EXPECT_EQ(refused(kImageVersion, R"([{"op":"add","path":"/Alias","value":"x"}])"), "");
  EXPECT_EQ(refused(kImageVersion, R"([{"op":"test","path":"/ImageName","value":"x"}])"), "");
}

std::string patch_between(const catalogue::ResourceType& type, const char* before, const char* after) {
  return make_patch(type, Json::parse(before), Json::parse(after)).dump();
}

TEST(MakePatch, ComparesObjectsMemberByMemberAndReplacesArraysWhole) {
  EXPECT_EQ(
      patch_between(kBucket, R"({"VersioningConfiguration":{"Status":"Enabled"},"Tags":[1,2],"X":1})",
                    R"({"Tags":[1],"VersioningConfiguration":{"Status":"Suspended"},"AccessControl":"Private"})"),
      R"([{"op":"add","path":"/AccessControl","value":"Private"},{"op":"replace","path":"/Tags","value":[1]},)"
      R"({"op":"replace","path":"/VersioningConfiguration/Status","value":"Suspended"},{"op":"remove","path":"/X"}])");
}

TEST(MakePatch, IsEmptyWhereNothingDiffers) {
  EXPECT_EQ(patch_between(kBucket, R"({"a":1,"b":[{"x":1,"y":2.0}]})", R"({"b":[{"y":2,"x":1}],"a":1.0})"), "[]");
}

TEST(MakePatch, EscapesNames) {
  EXPECT_EQ(patch_between(kBucket, R"({"m":{}})", R"({"m":{"a/b~c":1}})"),
            R"([{"op":"add","path":"/m/a~1b~0c","value":1}])");
}

TEST(MakePatch, LeavesOutWhatTheServiceMakes) {
  EXPECT_EQ(
      patch_between(kImageVersion, R"({"Version":1,"ImageArn":"a","Horovod":true})", R"({"Version":2,"Horovod":true})"),
      "[]");
}

TEST(MakePatch, OnlyAddsWriteOnlyValues) {
  EXPECT_EQ(patch_between(kImageVersion, R"({"Alias":"a"})", R"({"Alias":"b"})"),
            R"([{"op":"add","path":"/Alias","value":"b"}])");
  EXPECT_EQ(patch_between(kImageVersion, R"({"Alias":"a"})", "{}"), "[]");
  EXPECT_EQ(patch_between(kFunction, R"({"Code":{}})", R"({"Code":{"ZipFile":"x"}})"),
            R"([{"op":"add","path":"/Code/ZipFile","value":"x"}])");
}

std::vector<std::string> create_only_between(const char* before, const char* after) {
  return changed_create_only(kImageVersion, Json::parse(before), Json::parse(after));
}

TEST(ChangedCreateOnly, NamesThePathsWhoseValuesDiffer) {
  EXPECT_EQ(create_only_between(R"({"ImageName":"a","BaseImage":"b"})", R"({"ImageName":"a","BaseImage":"c"})"),
            std::vector<std::string>{"BaseImage"});
  EXPECT_EQ(create_only_between(R"({"ImageName":"a"})", "{}"), std::vector<std::string>{"ImageName"});
  EXPECT_EQ(create_only_between("{}", R"({"ImageName":"a"})"), std::vector<std::string>{"ImageName"});
  EXPECT_EQ(create_only_between(R"({"ImageName":"a"})", R"({"ImageName":"a","Horovod":true})"),
            std::vector<std::string>{});
}

TEST(SameValue, OrderAndSpellingDoNotCount) {
  EXPECT_TRUE(same_value(Json::parse(R"({"a":1,"b":[1.5]})"), Json::parse(R"({"b":[1.5],"a":1.0})")));
  EXPECT_FALSE(same_value(Json::parse("[1,2]"), Json::parse("[2,1]")));
  EXPECT_FALSE(same_value(Json::parse(R"({"a":null})"), Json::parse("{}")));
  EXPECT_FALSE(same_value(Json::parse("1"), Json::parse(R"("1")")));
}

}  // namespace
}  // namespace squall::schema
