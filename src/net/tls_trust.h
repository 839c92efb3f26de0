// Whom the client's TLS trusts, and for which name. OpenSSL's part of the HTTP client, apart from its sockets.
#pragma once

#include <string>

#include "base/result.h"

struct ssl_ctx_st;
struct ssl_st;
struct x509_st;

namespace squall::net {

// Peers must show a certificate of an authority in `ca_file`; empty: of the system's. At least TLS 1.2. Errors are of kind
// network.
Status set_trust(ssl_ctx_st* context, const std::string& ca_file);
// Which name or address the certificate must bear; SNI only for names, as RFC 6066 has it.
void expect_host(ssl_st* connection, const std::string& host);
std::string issuer_of(x509_st* certificate);

}  // namespace squall::net
