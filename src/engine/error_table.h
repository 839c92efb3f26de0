// squall.errors: the calls that failed in the last statement that asked the cloud.
//
// Owned by the session; session thread only. Statements that ask nobody (SET, SHOW, a SELECT of squall.errors itself) leave
// it as it is.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "catalogue/catalogue.h"
#include "engine/snapshot_table.h"
#include "provider/provider.h"

namespace squall::engine {

class ErrorTable {
 public:
  // All must outlive the table; `stop` is that of the statement that runs.
  ErrorTable(const catalogue::Catalogue& catalogue, provider::Provider& provider, const std::stop_token& stop)
      : catalogue_(catalogue), provider_(provider), stop_(stop) {}

  void keep(std::vector<Error> errors) { errors_ = std::move(errors); }
  // squall.errors. This object must outlive it.
  SnapshotTable table() const;

 private:
  SnapshotRows rows(bool asks_account) const;
  // As the error tells it, else as the provider does, where it can.
  std::string account_of(const Error& error) const;

  const catalogue::Catalogue& catalogue_;
  provider::Provider& provider_;
  const std::stop_token& stop_;
  std::vector<Error> errors_;
};

// "aws.sagemaker.images" for AWS::SageMaker::Image, the plural where there are two tables; a type that the catalogue lacks
// keeps its name.
std::string resource_of(const catalogue::Catalogue& catalogue, const std::string& type_name);

}  // namespace squall::engine
