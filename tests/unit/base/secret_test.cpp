#include "base/secret.h"

#include <gtest/gtest.h>

#include <sstream>

namespace squall {
namespace {

TEST(Secret, CannotBePrinted) {
  const Secret secret("wJalrXUtnFEMI");
  std::ostringstream out;
  out << secret;
  EXPECT_EQ(out.str(), "***");
  EXPECT_EQ(fmt::format("key={}", secret), "key=***");
  EXPECT_EQ(fmt::format("{:>5}", secret), "  ***");
  EXPECT_EQ(testing::PrintToString(secret), "***");
}

TEST(Secret, IsRevealedOnDemand) {
  EXPECT_EQ(Secret("abc").reveal(), "abc");
  EXPECT_TRUE(Secret().empty());
  EXPECT_EQ(Secret("a"), Secret("a"));
}

}  // namespace
}  // namespace squall
