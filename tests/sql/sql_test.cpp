// Runs one file of SQL behaviour (README.md in this folder has the format) against a local cloud in memory.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <mutex>
#include <sstream>
#include <vector>

#include "aws/aws_provider.h"
#include "catalogue/embedded.h"
#include "engine/session.h"
#include "local_cloud/local_cloud.h"

namespace squall::test {
namespace {

// Passes requests on and keeps what they were.
class RecordingTransport final : public net::Transport {
 public:
  explicit RecordingTransport(net::Transport& inner) : inner_(inner) {}

  void send(net::HttpRequest request, Done done) override {
    {
      const std::string line = line_of(request);
      const std::lock_guard lock(mutex_);
      calls_.push_back(line);
      for (const auto& [prefix, answer] : faults_) {
        if (!line.starts_with(prefix)) continue;
        return done(net::HttpResponse{.status = 400, .body = answer});
      }
    }
    inner_.send(std::move(request), std::move(done));
  }

  // Lines of `OPERATION REGION [BODY] -> CODE MESSAGE`: calls whose line begins so are refused. None: all are passed on.
  void refuse(const std::string& lines) {
    std::istringstream in(lines);
    const std::lock_guard lock(mutex_);
    faults_.clear();
    for (std::string line; std::getline(in, line);) {
      const auto arrow = line.find(" -> ");
      const auto space = line.find(' ', arrow + 4);
      faults_.emplace_back(line.substr(0, arrow), R"({"__type":")" + line.substr(arrow + 4, space - arrow - 4) +
                                                      R"(","Message":")" + line.substr(space + 1) + R"("})");
    }
  }

  std::vector<std::string> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(calls_, {});
  }

 private:
  static std::string line_of(const net::HttpRequest& request) {
    std::string_view target = net::header(request.headers, "X-Amz-Target");
    target.remove_prefix(target.find('.') + 1);
    // The credential's scope: KEY/date/REGION/service/aws4_request.
    const std::string_view authorization = net::header(request.headers, "Authorization");
    std::string_view scope = authorization.substr(authorization.find('/') + 1);
    scope.remove_prefix(scope.find('/') + 1);
    return std::string(target) + " " + std::string(scope.substr(0, scope.find('/'))) + " " + request.body;
  }

  net::Transport& inner_;
  std::mutex mutex_;
  std::vector<std::string> calls_;
  std::vector<std::string> notices_;
  std::vector<std::pair<std::string, std::string>> faults_;
};

std::string text_of(const Value& value) {
  switch (value.kind) {
    case Value::Kind::null: return "NULL";
    case Value::Kind::integer: return std::to_string(value.integer);
    case Value::Kind::real: {
      std::ostringstream out;
      out << value.real;
      return out.str();
    }
    case Value::Kind::text:
    case Value::Kind::blob: break;
  }
  return std::string(value.text);
}

class LineSink final : public RowSink {
 public:
  Status begin(std::span<const ResultColumn>) override { return {}; }
  Status row(std::span<const Value> values) override {
    std::string line;
    for (std::size_t i = 0; i < values.size(); ++i) line += (i > 0 ? "|" : "") + text_of(values[i]);
    lines.push_back(std::move(line));
    return {};
  }
  Status end() override { return {}; }
  std::vector<std::string> lines;
};

struct Block {
  std::vector<std::string> comments;
  std::string directive;
  std::string body;
  std::vector<std::string> expected;
};

std::vector<Block> read_blocks(std::istream& in) {
  std::vector<Block> blocks;
  Block block;
  bool behind_rule = false;
  const auto finish = [&] {
    if (!block.directive.empty() || !block.comments.empty()) blocks.push_back(std::move(block));
    block = {};
    behind_rule = false;
  };
  for (std::string line; std::getline(in, line);) {
    if (line.empty())
      finish();
    else if (block.directive.empty() && line.starts_with("#"))
      block.comments.push_back(line);
    else if (block.directive.empty())
      block.directive = line;
    else if (line == "----")
      behind_rule = true;
    else if (behind_rule)
      block.expected.push_back(line);
    else
      block.body += (block.body.empty() ? "" : "\n") + line;
  }
  finish();
  return blocks;
}

void write_blocks(std::ostream& out, const std::vector<Block>& blocks) {
  for (const Block& block : blocks) {
    if (&block != &blocks.front()) out << "\n";
    for (const auto& comment : block.comments) out << comment << "\n";
    if (block.directive.empty()) continue;
    out << block.directive << "\n";
    if (!block.body.empty()) out << block.body << "\n";
    const bool compares = block.directive.starts_with("query") || block.directive == "statement error" ||
                          block.directive == "plan" || block.directive == "requests" || block.directive == "notices";
    if (!compares) continue;
    out << "----\n";
    for (const auto& line : block.expected) out << line << "\n";
  }
}

class Runner {
 public:
  Runner()
      : catalogue_(catalogue::Catalogue::open(catalogue::embedded_blob()).value()),
        cloud_(catalogue_, clock_, {.page_size = 3}),
        recording_(cloud_),
        provider_(recording_, timer_, clock_, [](const std::string&) { return std::nullopt; }, {.local = true}),
        session_(engine::Session::open(catalogue_, provider_, {}).value()) {}

  // The lines a block comes to; a statement that should have worked (or failed) and did not says so in a line.
  std::vector<std::string> run(const Block& block) {
    if (block.directive == "seed") return seed(block.body);
    if (block.directive == "fault") {
      recording_.refuse(block.body);
      return {};
    }
    if (block.directive == "requests") return requests(block.expected);
    if (block.directive == "notices") return notices_;
    LineSink sink;
    const std::string statement = block.directive == "plan" ? "EXPLAIN QUERY PLAN " + block.body : block.body;
    recording_.take();
    const auto outcome = session_->execute(statement, sink);
    calls_ = recording_.take();
    notices_ = outcome ? outcome->notices : std::vector<std::string>{};
    if (block.directive == "statement error")
      return outcome ? std::vector<std::string>{"(no error)"} : error_lines(outcome.error(), statement);
    if (!outcome) return {"error: " + outcome.error().message};
    if (block.directive == "statement ok") return {};
    if (block.directive == "plan") return plan_lines(sink.lines);
    if (block.directive == "query sorted") std::sort(sink.lines.begin(), sink.lines.end());
    return sink.lines;
  }

 private:
  std::vector<std::string> seed(const std::string& body) {
    std::istringstream lines(body);
    const auto loaded = cloud_.load(lines);
    return loaded ? std::vector<std::string>{} : std::vector<std::string>{"seed failed: " + loaded.error().message};
  }

  std::vector<std::string> requests(const std::vector<std::string>& expected) const {
    const bool number = expected.size() == 1 && expected[0].find_first_not_of("0123456789") == std::string::npos;
    return number ? std::vector<std::string>{std::to_string(calls_.size())} : calls_;
  }

  static std::vector<std::string> error_lines(const Error& error, const std::string& statement) {
    std::vector<std::string> lines;
    std::istringstream message(error.message);
    for (std::string line; std::getline(message, line);) lines.push_back(line);
    if (error.position)
      lines.push_back("at: " +
                      (*error.position < statement.size() ? statement.substr(*error.position, error.length) : "(end)"));
    if (!error.hint.empty()) lines.push_back("hint: " + error.hint);
    return lines;
  }

  // Only the text of EXPLAIN QUERY PLAN's rows: ids and the mask of columns differ from build to build.
  static std::vector<std::string> plan_lines(const std::vector<std::string>& rows) {
    std::vector<std::string> lines;
    for (const std::string& row : rows) {
      std::string text = row.substr(row.rfind('|') + 1);
      if (const auto code = text.rfind(") "); code != std::string::npos) text.resize(code + 1);
      lines.push_back(std::move(text));
    }
    return lines;
  }

  SystemClock clock_;
  catalogue::Catalogue catalogue_;
  local_cloud::LocalCloud cloud_;
  RecordingTransport recording_;
  net::ThreadTimer timer_;
  aws::AwsProvider provider_;
  std::unique_ptr<engine::Session> session_;
  std::vector<std::string> calls_;
  std::vector<std::string> notices_;
};

void print_lines(const char* title, const std::vector<std::string>& lines) {
  std::cerr << title << "\n";
  for (const auto& line : lines) std::cerr << "    " << line << "\n";
}

int run_file(const std::string& path) {
  std::ifstream in(path);
  if (!in) {
    std::cerr << "cannot read " << path << "\n";
    return 2;
  }
  auto blocks = read_blocks(in);
  const bool accept = std::getenv("SQUALL_ACCEPT") != nullptr;
  Runner runner;
  int failures = 0;
  int checks = 0;
  for (Block& block : blocks) {
    if (block.directive.empty()) continue;
    auto actual = runner.run(block);
    ++checks;
    if (actual == block.expected) continue;
    if (accept) {
      block.expected = std::move(actual);
      continue;
    }
    ++failures;
    std::cerr << path << ": " << block.directive << "\n  " << block.body << "\n";
    print_lines("  expected:", block.expected);
    print_lines("  got:", actual);
  }
  if (accept) {
    std::ofstream out(path, std::ios::trunc);
    write_blocks(out, blocks);
  }
  std::cout << checks - failures << " passed, " << failures << " failed\n";
  return failures == 0 && checks > 0 ? 0 : 1;
}

}  // namespace
}  // namespace squall::test

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "test_sql FILE\n";
    return 2;
  }
  return squall::test::run_file(argv[1]);
}
