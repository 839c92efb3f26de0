// A TLS server's side of a raw connection, with certificates made for the test: an authority of its own, and leaf
// certificates of a chosen name and time.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

#include "raw_server.h"

namespace squall::net::testing {

struct Identity {
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{EVP_EC_gen("P-256"), EVP_PKEY_free};
  std::unique_ptr<X509, decltype(&X509_free)> certificate{X509_new(), X509_free};
};

struct CertificateOptions {
  std::string name;                 // "cloud.example", or "IP:127.0.0.1"
  long valid_from_seconds = -3600;  // from now
  long valid_to_seconds = 3600;
};

// A certificate, signed by `authority`, or by itself as an authority.
inline Identity make_identity(const CertificateOptions& options, const Identity* authority) {
  Identity identity;
  X509* certificate = identity.certificate.get();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), authority == nullptr ? 1 : 2);
  X509_gmtime_adj(X509_getm_notBefore(certificate), options.valid_from_seconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate), options.valid_to_seconds);
  X509_set_pubkey(certificate, identity.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(options.name.c_str()), -1, -1, 0);
  X509* issuer = authority == nullptr ? certificate : authority->certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  const auto extend = [&](int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  };
  extend(NID_basic_constraints, authority == nullptr ? "critical,CA:TRUE" : "CA:FALSE");
  const bool is_address = options.name.starts_with("IP:");
  if (authority != nullptr) extend(NID_subject_alt_name, is_address ? options.name : "DNS:" + options.name);
  X509_sign(certificate, authority == nullptr ? identity.key.get() : authority->key.get(), EVP_sha256());
  return identity;
}

// An authority whose certificate lies in a file, until the end of the scope.
class TestAuthority {
 public:
  TestAuthority() : identity_(make_identity({.name = "Test Authority"}, nullptr)) {
    std::string path = "/tmp/squall-test-ca-XXXXXX";
    const int fd = ::mkstemp(path.data());
    FILE* file = ::fdopen(fd, "w");
    PEM_write_X509(file, identity_.certificate.get());
    std::fclose(file);
    path_ = path;
  }
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;
  ~TestAuthority() { ::unlink(path_.c_str()); }

  const std::string& path() const { return path_; }
  std::shared_ptr<SSL_CTX> server_context(const CertificateOptions& options) const {
    const Identity leaf = make_identity(options, &identity_);
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    SSL_CTX_use_certificate(context.get(), leaf.certificate.get());
    SSL_CTX_use_PrivateKey(context.get(), leaf.key.get());
    return context;
  }

 private:
  Identity identity_;
  std::string path_;
};

// Shakes hands, reads one request and answers it; nothing where the client does not go on.
inline std::string serve_tls(const RawConnection& connection, SSL_CTX* context, std::string_view answer) {
  std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(context), SSL_free);
  SSL_set_fd(tls.get(), connection.fd());
  std::string head;
  if (SSL_accept(tls.get()) != 1) return head;
  char byte = 0;
  while (!head.ends_with("\r\n\r\n") && SSL_read(tls.get(), &byte, 1) == 1) head += byte;
  SSL_write(tls.get(), answer.data(), static_cast<int>(answer.size()));
  SSL_shutdown(tls.get());
  return head;
}

}  // namespace squall::net::testing
