// The machine's side of credential lookups, on the machine: programs, private files, waiting for answers.
#include "aws/credentials/program.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <thread>

#include "fixtures.h"

namespace squall::aws {
namespace {

std::string run(const std::vector<std::string>& words) {
  const auto output = run_program(words, {});
  return output ? *output : "error: " + output.error().message;
}

TEST(RunProgram, GivesItsOutputOrSaysWhyNot) {
  EXPECT_EQ(run({"printf", "%s-%s", "a b", "$HOME;`x`"}), "a b-$HOME;`x`");
  EXPECT_EQ(run({"sh", "-c", "exit 7"}), "error: sh ended with code 7");
  EXPECT_EQ(run({"sh", "-c", "kill -9 $$"}), "error: sh was ended by signal 9");
  EXPECT_EQ(run({"no-such-program-here"}), "error: cannot run no-such-program-here: No such file or directory");
}

TEST(RunProgram, BoundsWhatItReads) {
  EXPECT_EQ(run({"sh", "-c", "yes | head -c 3000000"}), "error: it printed more than 1 MiB");
}

TEST(RunProgram, AStopRequestEndsTheProgram) {
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  const auto output = run_program({"sh", "-c", "exec sleep 1000"}, stop.get_token());
  ASSERT_FALSE(output.ok());
  EXPECT_EQ(output.error().kind, ErrorKind::interrupted);
}

TEST(WritePrivateFile, ReplacesItWholeForItsOwnerOnly) {
  std::string folder = (std::filesystem::temp_directory_path() / "squall-private-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const std::string path = folder + "/token.json";
  EXPECT_TRUE(write_private_file(path, "old").ok());
  EXPECT_TRUE(write_private_file(path, "new").ok());
  EXPECT_EQ(**read_small_file(path), "new");
  struct stat facts {};
  ASSERT_EQ(::stat(path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
  EXPECT_FALSE(write_private_file(folder + "/none/x", "y").ok());
  std::filesystem::remove_all(folder);
}

TEST(ReadSmallFile, NothingThereIsNoError) {
  EXPECT_EQ(*read_small_file("/nonexistent/config"), std::nullopt);
  EXPECT_FALSE(read_small_file("/").ok());
}

TEST(BlockingCall, WaitsForTheAnswerAndNoLongerThanTheStop) {
  test::FakeTransport transport([](const net::HttpRequest&) -> Result<net::HttpResponse> { return test::ok("x"); });
  EXPECT_EQ(blocking_call(transport, {})({})->body, "x");
  struct Silent final : net::Transport {
    void send(net::HttpRequest, Done done) override { kept.push_back(std::move(done)); }
    std::vector<Done> kept;
  } silent;
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  const auto answer = blocking_call(silent, stop.get_token())({});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, ErrorKind::interrupted);
}

}  // namespace
}  // namespace squall::aws
