#include "base/did_you_mean.h"

#include <gtest/gtest.h>

namespace squall {
namespace {

TEST(EditDistance, CountsEdits) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("image", "imge"), 1u);
  EXPECT_EQ(edit_distance("image", "imagee"), 1u);
  EXPECT_EQ(edit_distance("image", "imoge"), 1u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(EditDistance, TakesASwapAsOneEdit) { EXPECT_EQ(edit_distance("nmae", "name"), 1u); }

TEST(EditDistance, IgnoresCase) { EXPECT_EQ(edit_distance("Image", "iMAGE"), 0u); }

std::string nearest(std::string_view word) {
  constexpr std::string_view kNames[] = {"image", "images", "image_version", "bucket", "id"};
  return nearest_name(word, kNames);
}

TEST(NearestName, FindsTheNearest) {
  EXPECT_EQ(nearest("imge"), "image");
  EXPECT_EQ(nearest("imagess"), "images");
  EXPECT_EQ(nearest("image_verison"), "image_version");
  EXPECT_EQ(nearest("BUKCET"), "bucket");
}

TEST(NearestName, IsEmptyWhenNoneIsNear) {
  EXPECT_EQ(nearest("function"), "");
  EXPECT_EQ(nearest("xy"), "");
  EXPECT_EQ(nearest_name("a", {}), "");
}

TEST(NearestName, AllowsOneEditOfAShortWord) { EXPECT_EQ(nearest("ix"), "id"); }

TEST(NearestName, TakesTheFirstOfEquals) {
  constexpr std::string_view kNames[] = {"ab", "ac"};
  EXPECT_EQ(nearest_name("ad", kNames), "ab");
}

}  // namespace
}  // namespace squall
