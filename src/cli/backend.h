// The parts behind a session, put together for the cloud that the user chose.
#pragma once

#include <iosfwd>
#include <memory>
#include <string>

#include "aws/aws_provider.h"
#include "base/clock.h"
#include "base/log.h"
#include "catalogue/catalogue.h"
#include "cli/catalogue_choice.h"
#include "cli/command.h"
#include "local_cloud/local_cloud.h"
#include "net/http_client.h"
#include "net/timer.h"
#include "provider/journal.h"

namespace squall::cli {

// Which cloud, out of --cloud, SQUALL_CLOUD and --endpoint-url.
struct CloudChoice {
  bool local = false;
  std::string store = {};  // of the local cloud: a path, or ":memory:"
};
Result<CloudChoice> choose_cloud(const GlobalOptions& global, const Environment& environment);

// $XDG_DATA_HOME/squall/local.db, in ~/.local/share where the variable is not set.
Result<std::string> default_store(const Environment& environment);

// AWS_CA_BUNDLE, else SSL_CERT_FILE; empty: the system's certificates.
std::string ca_file(const Environment& environment);

// Opened lazily where it costs: no thread, file or socket before the first request.
class Backend {
 public:
  // Log lines go to `err`, which must outlive the backend.
  static Result<std::unique_ptr<Backend>> open(const GlobalOptions& global, const Environment& environment,
                                               std::ostream& err);
  ~Backend();

  const catalogue::Catalogue& catalogue() const { return chosen_.catalogue; }
  aws::AwsProvider& provider() { return *provider_; }
  const Clock& clock() const { return clock_; }
  // Opened when it is first asked for. One thread.
  Result<provider::Journal*> journal();

 private:
  explicit Backend(ChosenCatalogue chosen) : chosen_(std::move(chosen)) {}

  ChosenCatalogue chosen_;
  SystemClock clock_;
  Environment environment_;
  std::optional<provider::Journal> journal_;
  std::unique_ptr<Log> log_;  // null: nobody listens
  std::unique_ptr<aws::AwsProvider> provider_;
  std::unique_ptr<net::Transport> transport_;  // ends before the provider that its answers go to
  std::unique_ptr<net::ThreadTimer> timer_;    // ends first: it would send again
};

}  // namespace squall::cli
