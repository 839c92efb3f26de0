// The published page of aws.sagemaker.image_version, section by section, fact for fact. Its front matter, components and
// prose are the site's.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "catalogue/embedded.h"
#include "docs_pages/pages.h"
#include "unit/docs_pages/page_text.h"

namespace squall::docs_pages {
namespace {

class SeedPage : public testing::Test {
 protected:
  SeedPage() : catalogue_(catalogue::Catalogue::open(catalogue::embedded_blob()).value()) {
    std::ifstream file(std::string(SQUALL_TEST_DATA) + "/docs/image_version.md", std::ios::binary);
    seed_.assign(std::istreambuf_iterator<char>(file), {});
    ours_ = resource_page(*catalogue_.find_table("sagemaker", "image_version"), "image_version");
  }

  catalogue::Catalogue catalogue_;
  std::string seed_;
  std::string ours_;
};

TEST_F(SeedPage, Overview) {
  const Rows expected = {{"Name", "image_version"},
                         {"Type", "Resource"},
                         {"Description", "Resource Type definition for AWS::SageMaker::ImageVersion"},
                         {"Id", "aws.sagemaker.image_version"}};
  EXPECT_EQ(table_rows(section(seed_, "Overview")), expected);
  EXPECT_EQ(table_rows(section(ours_, "Overview")), expected);
}

TEST_F(SeedPage, Fields) {
  const Rows seed = table_rows(section(seed_, "Fields"));
  ASSERT_EQ(seed.size(), 17u);
  EXPECT_EQ(seed.front(), (std::vector<std::string>{"Name", "Datatype", "Description"}));
  EXPECT_EQ(table_rows(section(ours_, "Fields")), seed);
}

TEST_F(SeedPage, Methods) {
  const Rows seed = table_rows(section(seed_, "Methods"));
  ASSERT_EQ(seed.size(), 3u);
  EXPECT_EQ(table_rows(section(ours_, "Methods")), seed);
}

TEST_F(SeedPage, SelectExample) {
  const auto seed = fenced_blocks(section(seed_, "`SELECT` Example"));
  ASSERT_EQ(seed.size(), 1u);
  EXPECT_EQ(fenced_blocks(section(ours_, "`SELECT` Example")), seed);
}

TEST_F(SeedPage, Permissions) {
  const auto seed = fenced_blocks(section(seed_, "Permissions"));
  ASSERT_EQ(seed.size(), 2u);
  EXPECT_EQ(seed.back().heading, "Update");
  EXPECT_EQ(fenced_blocks(section(ours_, "Permissions")), seed);
}

}  // namespace
}  // namespace squall::docs_pages
