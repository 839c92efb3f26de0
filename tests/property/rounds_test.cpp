// A statement in rounds answers as it does when every key is fetched where it is needed: the same rows in the same order,
// the same errors. Queries x random data x settings, all compared with serial execution and, for the plain ones, with
// ordinary tables of SQLite.
#include <gtest/gtest.h>

#include "catalogue/embedded.h"
#include "engine/session.h"
#include "property/fake_cloud.h"

namespace squall::engine {
namespace {

using test::FakeCloud;
using test::FakeResource;

constexpr const char* kImage = "AWS::SageMaker::Image";
constexpr const char* kVersion = "AWS::SageMaker::ImageVersion";
constexpr const char* kBucket = "AWS::S3::Bucket";

// {i}: images (a list), {v}: versions (under an image's name, or by ARN), {b}: buckets (a list, or by name).
const std::vector<std::string> kQueries = {
    "SELECT i.image_name, v.version FROM {i} i JOIN {v} v ON v.image_name = i.image_name",
    "SELECT i.image_name, v.version FROM {i} i LEFT JOIN {v} v ON v.image_name = i.image_name",
    "SELECT i.image_name FROM {i} i WHERE NOT EXISTS (SELECT 1 FROM {v} v WHERE v.image_name = i.image_name)",
    "SELECT i.image_name FROM {i} i WHERE EXISTS (SELECT 1 FROM {v} v WHERE v.image_name = i.image_name)",
    "SELECT i.image_name, (SELECT count(*) FROM {v} v WHERE v.image_name = i.image_name) n FROM {i} i",
    "SELECT i.image_name, (SELECT max(version) FROM {v} v WHERE v.image_name = i.image_name) n FROM {i} i ORDER BY 2, "
    "1",
    "SELECT b.bucket_name FROM {i} i JOIN {b} b ON b.bucket_name = i.image_display_name",
    "SELECT i.image_name, b.bucket_name FROM {i} i LEFT JOIN {b} b ON b.bucket_name = 'w' || i.image_display_name",
    "SELECT i.image_name, v.version, b.bucket_name FROM {i} i JOIN {v} v ON v.image_name = i.image_name "
    "JOIN {b} b ON b.bucket_name = v.base_image",
    "SELECT i.image_name, v.version, b.bucket_name, c.bucket_name FROM {i} i JOIN {v} v ON v.image_name = i.image_name "
    "JOIN {b} b ON b.bucket_name = v.base_image LEFT JOIN {b} c ON c.bucket_name = b.access_control",
    "SELECT version FROM {v} WHERE image_name IN (SELECT image_name FROM {i}) ORDER BY version",
    "SELECT bucket_name FROM {b} WHERE bucket_name IN (SELECT image_display_name FROM {i}) ORDER BY 1",
    "SELECT i.image_name FROM {i} i WHERE i.image_display_name NOT IN (SELECT b.bucket_name FROM {b} b WHERE "
    "b.bucket_name = "
    "i.image_display_name)",
    "SELECT count(*), count(DISTINCT v.base_image) FROM {i} i JOIN {v} v ON v.image_name = i.image_name",
    "SELECT i.image_name, count(v.version) FROM {i} i LEFT JOIN {v} v ON v.image_name = i.image_name GROUP BY 1 HAVING "
    "count(*) > 1 ORDER BY 1",
    "SELECT DISTINCT v.base_image FROM {i} i JOIN {v} v ON v.image_name = i.image_name",
    "SELECT i.image_name, v.version FROM {i} i JOIN {v} v ON v.image_name = i.image_name LIMIT 3",
    "SELECT i.image_name, v.version FROM {i} i JOIN {v} v ON v.image_name = i.image_name LIMIT 3 OFFSET 2",
    "SELECT i.image_name, v.version FROM {i} i JOIN {v} v ON v.image_name = i.image_name ORDER BY v.version DESC, 1 "
    "LIMIT 4",
    "SELECT image_name FROM {i} UNION SELECT bucket_name FROM {b}",
    "SELECT image_display_name FROM {i} EXCEPT SELECT bucket_name FROM {b}",
    "SELECT image_display_name FROM {i} INTERSECT SELECT bucket_name FROM {b}",
    "SELECT image_name FROM {i} UNION ALL SELECT bucket_name FROM {b} LIMIT 5 OFFSET 2",
    "SELECT i.image_name, row_number() OVER (PARTITION BY i.image_name ORDER BY v.version) FROM {i} i JOIN {v} v ON "
    "v.image_name = i.image_name",
    "WITH m AS MATERIALIZED (SELECT image_name n FROM {i}) SELECT m.n, v.version FROM m JOIN {v} v ON v.image_name = "
    "m.n",
    "WITH RECURSIVE c(n, d) AS (SELECT 'b0', 0 UNION SELECT b.access_control, d + 1 FROM c JOIN {b} b ON b.bucket_name "
    "= "
    "c.n WHERE d < 12) SELECT n, d FROM c",
    "WITH RECURSIVE c(n, d) AS (SELECT 'b0', 0 UNION ALL SELECT b.access_control, d + 1 FROM c JOIN {b} b ON "
    "b.bucket_name = c.n) SELECT n, d FROM c LIMIT 9",
    "SELECT i.image_name, CASE WHEN i.image_display_name IS NULL THEN 'none' ELSE (SELECT b.access_control FROM {b} b "
    "WHERE "
    "b.bucket_name = i.image_display_name) END FROM {i} i",
    "SELECT i.image_name, coalesce((SELECT b.access_control FROM {b} b WHERE b.bucket_name = i.image_display_name), "
    "(SELECT "
    "min(v.base_image) FROM {v} v WHERE v.image_name = i.image_name)) FROM {i} i",
    "SELECT a.image_name, b.image_name FROM {i} a JOIN {i} b ON a.image_display_name = b.image_display_name AND "
    "a.image_name < "
    "b.image_name",
    "SELECT json_group_array(v.version) FROM {i} i JOIN {v} v ON v.image_name = i.image_name GROUP BY i.image_name",
    "SELECT i.image_name, 10 / length(v.base_image), abs(-9223372036854775807 - (v.version = 2)) FROM {i} i JOIN {v} v "
    "ON "
    "v.image_name = i.image_name",
    "SELECT max(b.bucket_name), min(i.image_name) FROM {i} i JOIN {b} b ON b.bucket_name = i.image_display_name",
    "SELECT version FROM {v} WHERE image_name = (SELECT min(image_name) FROM {i})",
    "SELECT n.value, v.version FROM json_each('[\"n0\",\"n1\",\"n9\",null]') n LEFT JOIN {v} v ON v.image_name = "
    "n.value",
    "SELECT count(*) FROM {v}",
    "SELECT image_name, version FROM {v} ORDER BY 1, 2",
};

class Lines final : public RowSink {
 public:
  Status begin(std::span<const ResultColumn>) override { return {}; }
  Status row(std::span<const Value> values) override {
    std::string line;
    for (const Value& value : values) {
      switch (value.kind) {
        case Value::Kind::null: line += "NULL|"; break;
        case Value::Kind::integer: line += std::to_string(value.integer) + "|"; break;
        case Value::Kind::real: line += std::to_string(value.real) + "|"; break;
        default: line += std::string(value.text) + "|";
      }
    }
    lines.push_back(std::move(line));
    return {};
  }
  Status end() override { return {}; }
  std::vector<std::string> lines;
};

struct Row {
  std::string table;
  std::vector<std::string> values;  // as SQL literals
};

// Random data, and the same as ordinary tables.
struct Data {
  std::map<std::pair<std::string, std::string>, std::vector<FakeResource>> lists;
  std::map<std::pair<std::string, std::string>, FakeResource> resources;
  std::set<std::string> failing;
  std::vector<Row> rows;
};

std::string json_or_missing(const std::string& name, const std::string& value) {
  return value.empty() ? std::string() : ",\"" + name + "\":\"" + value + "\"";
}
std::string literal(const std::string& value) { return value.empty() ? "NULL" : "'" + value + "'"; }

Data make_data(unsigned seed, std::size_t images, std::size_t buckets, bool failures) {
  std::minstd_rand random(seed);
  Data data;
  for (std::size_t i = 0; i < buckets; ++i) {
    const std::string name = (i % 5 == 4 ? "wb" : "b") + std::to_string(i);
    const std::string next = random() % 6 == 0 ? "" : "b" + std::to_string(random() % (buckets + 2));
    const FakeResource bucket{name, "{\"BucketName\":\"" + name + "\"" + json_or_missing("AccessControl", next) + "}"};
    data.lists[{kBucket, ""}].push_back(bucket);
    data.resources[{kBucket, name}] = bucket;
    data.rows.push_back({"b", {literal(name), literal(next)}});
    if (failures && random() % 8 == 0) data.failing.insert(name);
  }
  std::set<std::string> names;
  for (std::size_t i = 0; i < images; ++i) {
    const std::string name = "n" + std::to_string(random() % (images + 1));
    const std::string shown = random() % 5 == 0 ? "" : "b" + std::to_string(random() % (buckets + 2));
    const std::string arn = "arn:aws:sagemaker:us-east-1:1:image/" + std::to_string(i);
    data.lists[{kImage, ""}].push_back({arn, "{\"ImageName\":\"" + name + "\"" +
                                                 json_or_missing("ImageDisplayName", shown) + ",\"ImageArn\":\"" + arn +
                                                 "\"}"});
    data.rows.push_back({"i", {literal(name), literal(shown)}});
    if (!names.insert(name).second) continue;
    for (std::size_t v = random() % 4; v > 0; --v) {
      const std::string version_arn = "arn:aws:sagemaker:us-east-1:1:image-version/" + name + "/" + std::to_string(v);
      const std::string base = "b" + std::to_string(random() % (buckets + 1));
      const FakeResource version{version_arn, "{\"ImageName\":\"" + name + "\",\"Version\":" + std::to_string(v) +
                                                  ",\"BaseImage\":\"" + base + "\"}"};
      data.lists[{kVersion, "{\"ImageName\":\"" + name + "\"}"}].push_back(version);
      data.rows.push_back({"v", {literal(name), std::to_string(v), literal(base)}});
    }
    if (failures && random() % 8 == 0) data.failing.insert("{\"ImageName\":\"" + name + "\"}");
  }
  return data;
}

std::string with_tables(std::string query, const std::string& i, const std::string& v, const std::string& b) {
  for (const auto& [mark, name] : {std::pair<std::string, std::string>{"{i}", i}, {"{v}", v}, {"{b}", b}}) {
    for (auto at = query.find(mark); at != std::string::npos; at = query.find(mark, at)) query.replace(at, 3, name);
  }
  return query;
}

// Rows, and the error at the end.
std::vector<std::string> answer(Session& session, const std::string& statement) {
  Lines sink;
  const auto outcome = session.execute(statement, sink);
  if (!outcome) sink.lines.push_back("error: " + outcome.error().message);
  return sink.lines;
}

class Rounds : public testing::Test {
 protected:
  std::vector<std::string> in_cloud(const Data& data, const std::string& query, RoundSettings rounds, unsigned seed) {
    FakeCloud cloud(seed);
    cloud.lists = data.lists;
    cloud.resources = data.resources;
    cloud.failing = data.failing;
    auto session = Session::open(catalogue_, cloud, {.rounds = rounds});
    const auto lines =
        answer(**session, with_tables(query, "aws.sagemaker.images", "aws.sagemaker.image_versions", "aws.s3.buckets"));
    for (const auto& [scan, times] : cloud.scans) EXPECT_EQ(times, 1) << scan << " in " << query;
    return lines;
  }

  std::vector<std::string> in_tables(const Data& data, const std::string& query) {
    FakeCloud cloud(1);
    auto session = Session::open(catalogue_, cloud, {});
    answer(**session, "CREATE TABLE i(image_name, image_display_name)");
    answer(**session, "CREATE TABLE v(image_name, version, base_image)");
    answer(**session, "CREATE TABLE b(bucket_name, access_control)");
    for (const Row& row : data.rows) {
      std::string values;
      for (const auto& value : row.values) values += (values.empty() ? "" : ",") + value;
      answer(**session, "INSERT INTO " + row.table + " VALUES (" + values + ")");
    }
    return answer(**session, with_tables(query, "i", "v", "b"));
  }

  const catalogue::Catalogue catalogue_ = catalogue::Catalogue::open(catalogue::embedded_blob()).value();
};

const std::vector<RoundSettings> kSettings = {
    {.first_batch = 1, .batch_max = 1, .in_flight_low = 0},
    {.first_batch = 1, .batch_max = 64, .in_flight_low = 4},
    {.first_batch = 4, .batch_max = 4, .in_flight_low = 1},
    {.first_batch = 8, .batch_max = 512, .in_flight_low = 8},
    {.first_batch = 4096, .in_flight_low = 0},
    {},
};

TEST_F(Rounds, AnswerAsSerialExecutionDoes) {
  unsigned seed = 1;
  std::size_t compared = 0;
  for (const bool failures : {false, true}) {
    for (const auto& [images, buckets] : {std::pair<std::size_t, std::size_t>{0, 0}, {1, 3}, {7, 5}, {40, 30}}) {
      const Data data = make_data(++seed, images, buckets, failures);
      for (const std::string& query : kQueries) {
        const auto serial = in_cloud(data, query, {.serial = true}, ++seed);
        for (const RoundSettings& settings : kSettings) {
          EXPECT_EQ(in_cloud(data, query, settings, ++seed), serial) << query;
          ++compared;
        }
      }
    }
  }
  EXPECT_EQ(compared, kQueries.size() * kSettings.size() * 8);
}

TEST_F(Rounds, AnswerAsOrdinaryTablesDo) {
  for (unsigned seed = 100; seed < 103; ++seed) {
    const Data data = make_data(seed, 12, 9, false);
    for (const std::string& query : kQueries) {
      auto tables = in_tables(data, query);
      auto cloud = in_cloud(data, query, {}, seed);
      // Which rows a LIMIT keeps, which come before an error, and the order inside an array are SQLite's choice of plan.
      if (query.find("LIMIT") != std::string::npos) {
        EXPECT_EQ(cloud.size(), tables.size()) << query;
        continue;
      }
      if (query.find("json_group_array") != std::string::npos || query.find("abs(") != std::string::npos) continue;
      std::sort(tables.begin(), tables.end());
      std::sort(cloud.begin(), cloud.end());
      EXPECT_EQ(cloud, tables) << query;
    }
  }
}

TEST_F(Rounds, ChangesOfLocalTablesAreMadeOnce) {
  const Data data = make_data(7, 30, 10, false);
  FakeCloud cloud(3);
  cloud.lists = data.lists;
  cloud.resources = data.resources;
  auto session = Session::open(catalogue_, cloud, {.rounds = {.first_batch = 2, .in_flight_low = 1}});
  const std::string join =
      "SELECT i.image_name n, v.version FROM aws.sagemaker.images i JOIN aws.sagemaker.image_versions v ON "
      "v.image_name = "
      "i.image_name";
  const auto rows = answer(**session, join);
  ASSERT_GT(rows.size(), 10U);
  EXPECT_TRUE(answer(**session, "CREATE TABLE copy AS " + join).empty());
  EXPECT_EQ(answer(**session, "SELECT * FROM copy"), rows);
  EXPECT_TRUE(answer(**session, "CREATE TABLE log(n)").empty());
  EXPECT_TRUE(
      answer(**session, "CREATE TRIGGER seen AFTER INSERT ON copy BEGIN INSERT INTO log VALUES (new.n); END").empty());
  Lines none;
  const auto outcome = (*session)->execute("INSERT INTO copy " + join, none);
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->changed, static_cast<std::int64_t>(rows.size()));
  EXPECT_EQ(answer(**session, "SELECT count(*) FROM log"), std::vector<std::string>{std::to_string(rows.size()) + "|"});
}

// Each row once, although every run draws other numbers.
TEST_F(Rounds, RandomFiltersNeitherDoubleRowsNorHang) {
  const Data data = make_data(11, 60, 40, false);
  for (unsigned seed = 0; seed < 5; ++seed) {
    const auto rows =
        in_cloud(data,
                 "SELECT i.image_arn FROM {i} i JOIN {v} v ON v.image_name = i.image_name WHERE random() % 2 "
                 "= 0 AND v.version = 1",
                 {.first_batch = 4}, seed);
    EXPECT_EQ(std::set<std::string>(rows.begin(), rows.end()).size(), rows.size());
  }
  const auto keys =
      in_cloud(data, "SELECT b.bucket_name FROM {i} i JOIN {b} b ON b.bucket_name = 'b' || (abs(random()) % 1000000)",
               {.first_batch = 4}, 1);
  EXPECT_LE(keys.size(), 60U);
}

TEST_F(Rounds, TheTimeStandsStill) {
  const Data data = make_data(13, 20, 5, false);
  const auto rows =
      in_cloud(data,
               "SELECT DISTINCT strftime('%Y-%m-%d %H:%M:%f', 'now') FROM {i} i JOIN {v} v ON v.image_name = "
               "i.image_name",
               {.first_batch = 1, .batch_max = 1}, 5);
  EXPECT_EQ(rows.size(), 1U);
}

TEST_F(Rounds, EndlessRecursionEndsByItsLimitWithFewCalls) {
  FakeCloud cloud(1);
  for (int i = 0; i < 100000; ++i) {
    const std::string name = "b" + std::to_string(i);
    cloud.resources[{kBucket, name}] = {name, "{\"BucketName\":\"" + name + "\"}"};
  }
  auto session = Session::open(catalogue_, cloud, {});
  const auto rows =
      answer(**session,
             "WITH RECURSIVE n(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM n) SELECT b.bucket_name FROM n "
             "CROSS JOIN aws.s3.buckets b ON b.bucket_name = 'b' || x LIMIT 100");
  EXPECT_EQ(rows.size(), 100U);
  EXPECT_LE(cloud.scans.size(), 300U);
}

TEST_F(Rounds, AnErrorOfAKeyThatTheAnswerDoesNotNeedIsNone) {
  Data data = make_data(17, 20, 5, false);
  const std::string query =
      "SELECT i.image_arn, v.version FROM {i} i JOIN {v} v ON v.image_name = i.image_name LIMIT 1";
  const auto rows = in_cloud(data, query, {.serial = true}, 1);
  ASSERT_EQ(rows.size(), 1U);
  for (const auto& [key, resources] : data.lists) {
    if (key.first == kVersion && resources[0].identifier.find("/n20/") == std::string::npos)
      data.failing.insert(key.second);
  }
  const auto needed = in_cloud(data, query, {.serial = true}, 1);
  EXPECT_EQ(in_cloud(data, query, {}, 2), needed);
}

TEST_F(Rounds, MemoryIsBounded) {
  const Data data = make_data(19, 60, 40, false);
  FakeCloud cloud(1);
  cloud.lists = data.lists;
  auto session = Session::open(catalogue_, cloud, {.settings = {.memory_bytes_max = 2000}});
  const auto rows = answer(
      **session,
      "SELECT count(*) FROM aws.sagemaker.images i JOIN aws.sagemaker.image_versions v ON v.image_name = i.image_name");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_TRUE(rows[0].starts_with("error: the statement needs more memory")) << rows[0];
}

}  // namespace
}  // namespace squall::engine
