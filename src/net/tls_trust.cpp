#include "net/tls_trust.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <filesystem>
#include <system_error>

#include "base/ascii.h"

namespace squall::net {

namespace {

// A directory made by `openssl rehash` has names such as 5ed36f99.0.
bool is_hashed_directory(const char* path) {
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(path, failure)) {
    const std::string name = entry.path().filename().string();
    if (name.size() >= 10 && name[8] == '.' && is_ascii_digit(name[9])) return true;
  }
  return false;
}

// Where distributions keep their bundle, when OpenSSL's own default knows none.
constexpr std::array<const char*, 4> kBundles = {"/etc/ssl/certs/ca-certificates.crt",
                                                 "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
                                                 "/etc/ssl/cert.pem"};

// The hashed directory first: certificates are then read one by one when they are asked for, while parsing a bundle
// costs some 30 ms, more than the rest of a short command.
void trust_system_authorities(SSL_CTX* context) {
  if (is_hashed_directory(X509_get_default_cert_dir())) {
    SSL_CTX_set_default_verify_dir(context);
    return;
  }
  SSL_CTX_set_default_verify_paths(context);
  for (const char* bundle : kBundles) {
    if (std::filesystem::exists(bundle) && SSL_CTX_load_verify_file(context, bundle) == 1) break;
  }
  ERR_clear_error();
}

bool is_address(const std::string& host) {
  std::array<unsigned char, 16> bytes{};
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 || inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

// "no such file" out of OpenSSL's queue of errors.
std::string last_reason() {
  const auto code = ERR_peek_last_error();
  ERR_clear_error();
  const char* text = ERR_reason_error_string(code);
  return text == nullptr ? "it holds no certificate" : ascii_lower(text);
}

}  // namespace

Status set_trust(SSL_CTX* context, const std::string& ca_file) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (ca_file.empty()) {
    trust_system_authorities(context);
    return {};
  }
  if (SSL_CTX_load_verify_file(context, ca_file.c_str()) == 1) return {};
  return Error{.kind = ErrorKind::network,
               .message = "cannot read the certificates of " + ca_file + ": " + last_reason(),
               .hint = "AWS_CA_BUNDLE, ca_bundle or SSL_CERT_FILE names this file"};
}

void expect_host(SSL* connection, const std::string& host) {
  if (is_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), host.c_str());
    return;
  }
  SSL_set_tlsext_host_name(connection, host.c_str());
  SSL_set_hostflags(connection, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  SSL_set1_host(connection, host.c_str());
}

std::string issuer_of(X509* certificate) {
  std::array<char, 256> text{};
  X509_NAME_oneline(X509_get_issuer_name(certificate), text.data(), static_cast<int>(text.size()));
  return text.data();
}

}  // namespace squall::net
