// bench_list PORT TYPE: lists all resources of a type over one connection, and does nothing but receive and parse: what
// any client must. Prints their number. For bench/million.py.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <simdjson.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

[[noreturn]] void fail(const char* text) {
  std::fprintf(stderr, "bench_list: %s\n", text);
  std::exit(2);
}

int connect_to(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("cannot connect");
  return fd;
}

// The body of one answer with a Content-Length; `buffer` is used again and again.
std::string_view call(int fd, const std::string& request, std::string& buffer) {
  if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
    fail("a request was not sent whole");
  buffer.clear();
  std::size_t body = 0;
  std::size_t length = 0;
  while (body == 0 || buffer.size() < body + length) {
    const std::size_t before = buffer.size();
    buffer.resize(before + 65536);
    const auto count = ::recv(fd, buffer.data() + before, 65536, 0);
    if (count <= 0) fail("the server closed the connection");
    buffer.resize(before + static_cast<std::size_t>(count));
    const auto end = body == 0 ? buffer.find("\r\n\r\n") : std::string::npos;
    if (end == std::string::npos) continue;
    body = end + 4;
    const auto field = buffer.find("Content-Length: ");
    if (field == std::string::npos || field > end) fail("an answer without Content-Length");
    length = std::strtoul(buffer.c_str() + field + 16, nullptr, 10);
  }
  return std::string_view(buffer).substr(body, length);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) fail("usage: bench_list PORT TYPE");
  const int fd = connect_to(std::atoi(argv[1]));
  simdjson::dom::parser parser;
  std::string buffer;
  std::string token;
  std::size_t resources = 0;
  std::size_t bytes = 0;
  do {
    std::string body = std::string(R"({"TypeName":")") + argv[2] + "\"";
    if (!token.empty()) body += ",\"NextToken\":\"" + token + "\"";
    body += "}";
    const std::string request =
        "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-amz-json-1.0\r\n"
        "X-Amz-Target: CloudApiService.ListResources\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body;
    const std::string_view answer = call(fd, request, buffer);
    simdjson::dom::element page;
    if (parser.parse(answer.data(), answer.size()).get(page) != simdjson::SUCCESS) fail("an answer that is no JSON");
    simdjson::dom::array entries;
    if (page["ResourceDescriptions"].get_array().get(entries) != simdjson::SUCCESS) fail("an answer without resources");
    for (const simdjson::dom::element entry : entries) {
      std::string_view identifier;
      std::string_view properties;
      if (entry["Identifier"].get(identifier) != simdjson::SUCCESS ||
          entry["Properties"].get(properties) != simdjson::SUCCESS)
        fail("a resource without Identifier or Properties");
      ++resources;
      bytes += identifier.size() + properties.size();
    }
    std::string_view next;
    token = page["NextToken"].get(next) == simdjson::SUCCESS ? std::string(next) : std::string();
  } while (!token.empty());
  std::printf("%zu resources, %zu bytes\n", resources, bytes);
  return 0;
}
