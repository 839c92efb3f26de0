// The examples of the documentation, run: every SELECT of every table is prepared, and for a sample of types every
// statement of their pages runs against the local cloud, its places filled in.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "aws/aws_provider.h"
#include "base/clock.h"
#include "catalogue/embedded.h"
#include "docs_pages/examples.h"
#include "engine/session.h"
#include "local_cloud/local_cloud.h"
#include "net/timer.h"

namespace squall::cli {
namespace {

using Json = nlohmann::json;
using catalogue::TableKind;
using docs_pages::Example;
using Places = std::map<std::string, std::string>;  // "<ImageName>" -> base

// Counts rows and keeps the first value of the last.
class CountingSink final : public RowSink {
 public:
  Status begin(std::span<const ResultColumn>) override { return {}; }
  Status row(std::span<const Value> values) override {
    ++rows;
    first = std::string(values.front().text);
    return {};
  }
  Status end() override { return {}; }
  std::size_t rows = 0;
  std::string first;
};

class Examples : public testing::Test {
 protected:
  Examples()
      : catalogue_(catalogue::Catalogue::open(catalogue::embedded_blob()).value()),
        cloud_(catalogue_, clock_, {}),
        provider_(cloud_, timer_, clock_, [](const std::string&) { return std::nullopt; }, {.local = true}),
        session_(engine::Session::open(catalogue_, provider_, {}).value()) {}

  // The error's message; empty: it worked.
  std::string run(const std::string& sql, CountingSink& sink) {
    const auto outcome = session_->execute(sql, sink);
    return outcome ? std::string() : outcome.error().message + " (" + outcome.error().hint + ")";
  }

  catalogue::Catalogue catalogue_;
  SystemClock clock_;
  local_cloud::LocalCloud cloud_;
  net::ThreadTimer timer_;
  aws::AwsProvider provider_;
  std::unique_ptr<engine::Session> session_;
};

TEST_F(Examples, OfEverySelectOfEveryTableArePrepared) {
  std::size_t prepared = 0;
  for (std::string_view service : catalogue_.services()) {
    for (const std::string& resource : catalogue_.tables_of(service)) {
      const auto table = catalogue_.find_table(service, resource);
      ASSERT_TRUE(table.has_value());
      const std::string id = "aws." + std::string(service) + "." + resource;
      for (const Example& example : docs_pages::examples_of(*table, id)) {
        if (example.verb != "SELECT") continue;
        CountingSink sink;
        const std::string problem = run("EXPLAIN QUERY PLAN " + example.sql, sink);
        EXPECT_EQ(problem, "") << example.sql;
        ++prepared;
      }
    }
  }
  EXPECT_GT(prepared, 5000u);
}

// --- a sample of types ---

struct Sample {
  const char* type;
  const char* properties;  // of the resource that the examples are about; every place of INSERT and UPDATE
  const char* parent_type = nullptr;
  const char* parent = nullptr;
};

constexpr Sample kSamples[] = {
    {"AWS::SageMaker::ImageVersion",
     R"({"ImageName":"base","BaseImage":"123456789012.dkr.ecr.us-east-1.amazonaws.com/base:1","Alias":"stable","Aliases":["stable"],
         "VendorGuidance":"STABLE","JobType":"NOTEBOOK_KERNEL","MLFramework":"PyTorch 2.1","ProgrammingLang":"Python 3.10",
         "Processor":"CPU","Horovod":true,"ReleaseNotes":"First"})",
     "AWS::SageMaker::Image", R"({"ImageName":"base","ImageRoleArn":"arn:aws:iam::123456789012:role/images"})"},
    {"AWS::Kinesis::StreamConsumer",
     R"({"ConsumerName":"reader","StreamARN":"arn:aws:kinesis:us-east-1:123456789012:stream/orders","Tags":[{"Key":"team","Value":"a"}]})"},
    {"AWS::SSM::Parameter",
     R"({"Name":"/app/level","Type":"String","Value":"info","Description":"How much is logged","Policies":"[]",
         "AllowedPattern":"[a-z]+","Tier":"Standard","Tags":{"team":"a"},"DataType":"text"})"},
    {"AWS::Athena::DataCatalog",
     R"({"Name":"sales","Description":"of all shops","Parameters":{"catalog-id":"123456789012"},"Tags":[{"Key":"team","Value":"a"}],
         "Type":"GLUE","Status":"CREATE_COMPLETE","ConnectionType":"MYSQL","Error":"none"})"},
    {"AWS::IAM::InstanceProfile", R"({"Path":"/","Roles":["worker"],"InstanceProfileName":"workers"})"},
    {"AWS::SQS::Queue",
     R"({"QueueName":"jobs.fifo","ContentBasedDeduplication":false,"DeduplicationScope":"queue","DelaySeconds":5,"FifoQueue":true,
         "FifoThroughputLimit":"perQueue","KmsDataKeyReusePeriodSeconds":300,"KmsMasterKeyId":"alias/aws/sqs","SqsManagedSseEnabled":false,
         "MaximumMessageSize":262144,"MessageRetentionPeriod":345600,"ReceiveMessageWaitTimeSeconds":0,"RedriveAllowPolicy":{"redrivePermission":"allowAll"},
         "RedrivePolicy":{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:210987654321:dead.fifo","maxReceiveCount":3},"Tags":[{"Key":"team","Value":"a"}],"VisibilityTimeout":30})"},
};

std::string text_in_sql(const Json& value) {
  std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  for (auto at = text.find('\''); at != std::string::npos; at = text.find('\'', at + 2)) text.insert(at, "'");
  return text;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

// The statement with its places filled in from the sample's properties.
std::string filled(std::string sql, const catalogue::ResourceType& type, const Json& properties,
                   const std::string& identifier) {
  replace_all(sql, "'" + docs_pages::identifier_place(type) + "'", "'" + identifier + "'");
  for (const auto& [name, value] : properties.items()) {
    replace_all(sql, "{{ " + name + " }}", text_in_sql(value));
    replace_all(sql, "<" + name + ">", text_in_sql(value));
  }
  EXPECT_EQ(sql.find("{{"), std::string::npos) << "a place without a value: " << sql;
  EXPECT_EQ(sql.find('<'), std::string::npos) << "a place without a value: " << sql;
  return sql;
}

class SampleExamples : public Examples, public testing::WithParamInterface<Sample> {
 protected:
  SampleExamples() : type_(*catalogue_.find_type(GetParam().type)), properties_(Json::parse(GetParam().properties)) {
    if (GetParam().parent_type != nullptr) load(GetParam().parent_type, Json::parse(GetParam().parent));
  }

  void load(const std::string& type, const Json& properties) {
    std::istringstream line(Json{{"TypeName", type}, {"region", "us-east-1"}, {"Properties", properties}}.dump());
    const auto loaded = cloud_.load(line);
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  }

  std::string id(std::string_view resource) const {
    return "aws." + std::string(type_.service()) + "." + std::string(resource);
  }
  std::vector<Example> examples(std::string_view resource) const {
    return docs_pages::examples_of(*catalogue_.find_table(type_.service(), resource), id(resource));
  }

  // The identifier of the one resource there is.
  std::string identifier() {
    CountingSink sink;
    std::string sql = "SELECT data__Identifier FROM " + id(type_.plural()) + " WHERE region = 'us-east-1'";
    for (std::string_view key : type_.list_keys().empty() ? std::vector<std::string_view>() : type_.list_keys().front())
      sql += " AND " + std::string(key) + " = '" + properties_[std::string(key)].get<std::string>() + "'";
    EXPECT_EQ(run(sql, sink), "");
    EXPECT_EQ(sink.rows, 1u) << sql;
    return sink.first;
  }

  // Runs the examples of that verb; false: such statements are not built.
  bool run_examples(std::string_view resource, std::string_view verb) {
    for (const Example& example : examples(resource)) {
      if (example.verb != verb) continue;
      CountingSink sink;
      const std::string sql = filled(example.sql, type_, properties_, verb == "INSERT" ? std::string() : identifier());
      const std::string problem = run(sql, sink);
      EXPECT_EQ(problem, "") << sql;
      EXPECT_EQ(sink.rows, verb == "SELECT" ? 1u : 0u) << sql;
    }
    return true;
  }

  catalogue::ResourceType type_;
  Json properties_;
};

TEST_P(SampleExamples, Select) {
  load(GetParam().type, properties_);
  for (std::string_view resource : {type_.plural(), type_.singular()}) EXPECT_TRUE(run_examples(resource, "SELECT"));
  EXPECT_TRUE(run_examples(std::string(type_.plural()) + "_list_only", "SELECT"));
}

TEST_P(SampleExamples, Insert) {
  for (const Example& example : examples(type_.plural())) {
    if (example.verb != "INSERT") continue;
    CountingSink sink;
    const std::string problem = run(filled(example.sql, type_, properties_, {}), sink);
    EXPECT_EQ(problem, "") << example.sql;
    EXPECT_NE(identifier(), "");
    EXPECT_TRUE(run_examples(type_.plural(), "DELETE"));
  }
}

TEST_P(SampleExamples, Update) {
  load(GetParam().type, properties_);
  for (std::string_view resource : {type_.plural(), type_.singular()}) run_examples(resource, "UPDATE");
}

TEST_P(SampleExamples, Delete) {
  load(GetParam().type, properties_);
  if (!run_examples(type_.plural(), "DELETE")) return;
  std::ostringstream left;
  ASSERT_TRUE(cloud_.dump(left).ok());
  EXPECT_EQ(left.str().find(GetParam().type + std::string("\"")), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Types, SampleExamples, testing::ValuesIn(kSamples), [](const auto& sample) {
  std::string name = sample.param.type;
  std::erase(name, ':');
  return name;
});

}  // namespace
}  // namespace squall::cli
