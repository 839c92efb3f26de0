#include "catalogue/registry.h"

#include <sys/stat.h>

#include <fstream>

#include "catalogue/blob.h"
#include "unit/catalogue/fixtures.h"

namespace squall::catalogue {
namespace {

namespace fs = std::filesystem;

class RegistryTest : public testing::Test {
 protected:
  RegistryTest() : folder_(place_.path() / "share" / "catalogues"), registry_(folder_.string()) {}

  static std::vector<std::byte> blob(const std::string& type) { return blob_of({small_schema(type)}); }
  std::string add(const std::string& type) {
    const auto version = registry_.add(blob(type));
    EXPECT_TRUE(version.ok()) << version.error().message;
    return version.value();
  }
  fs::path file_of(const std::string& version) const { return folder_ / (version + ".catalogue"); }
  static mode_t mode_of(const fs::path& path) {
    struct stat facts {};
    EXPECT_EQ(::stat(path.c_str(), &facts), 0);
    return facts.st_mode & 0777;
  }
  static void change_byte(const fs::path& path, std::streamoff place) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(place);
    const char old = static_cast<char>(file.get());
    file.seekp(place);
    file.put(static_cast<char>(old ^ 1));
  }

  TemporaryFolder place_;
  fs::path folder_;
  Registry registry_;
};

TEST_F(RegistryTest, IsEmptyAndEmbeddedBeforeAnythingIsAdded) {
  EXPECT_TRUE(registry_.list()->empty());
  EXPECT_FALSE(registry_.open_in_use()->has_value());
  EXPECT_FALSE(registry_.version_in_use()->has_value());
  EXPECT_FALSE(fs::exists(folder_));
  EXPECT_EQ(*registry_.use("embedded"), "embedded");
}

TEST_F(RegistryTest, OpensTheOneInUseUntilTheEmbeddedIsBack) {
  const std::string version = add("AWS::Toys::Ball");
  EXPECT_FALSE(registry_.open_in_use()->has_value()) << "adding is not using";
  ASSERT_EQ(*registry_.use(version), version);
  auto opened = registry_.open_in_use();
  ASSERT_TRUE(opened.ok() && opened->has_value());
  EXPECT_EQ((*opened)->catalogue.version(), version);
  EXPECT_TRUE((*opened)->catalogue.find_type("AWS::Toys::Ball").has_value());
  ASSERT_TRUE(registry_.use("embedded").ok());
  EXPECT_FALSE(registry_.open_in_use()->has_value());
}

TEST_F(RegistryTest, KeepsAnOpenCatalogueAsItWasWhileItIsReplaced) {
  const std::string version = add("AWS::Toys::Ball");
  ASSERT_TRUE(registry_.use(version).ok());
  const auto opened = registry_.open_in_use();
  add("AWS::Toys::Ball");
  ASSERT_TRUE(registry_.use(add("AWS::Toys::Kite")).ok());
  ASSERT_TRUE(registry_.remove(version).ok());
  EXPECT_TRUE((*opened)->catalogue.verify().ok());
}

TEST_F(RegistryTest, WritesForTheUserAlone) {
  const std::string version = add("AWS::Toys::Ball");
  ASSERT_TRUE(registry_.use(version).ok());
  EXPECT_EQ(mode_of(folder_), 0700u);
  EXPECT_EQ(mode_of(file_of(version)), 0600u);
  EXPECT_EQ(mode_of(folder_ / "in_use"), 0600u);
}

TEST_F(RegistryTest, LeavesNoFileBehindButItsOwn) {
  const std::string version = add("AWS::Toys::Ball");
  ASSERT_TRUE(registry_.use(version).ok());
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(folder_)) files += entry.is_regular_file();
  EXPECT_EQ(files, 2u);
}

TEST_F(RegistryTest, ClearsWhatAKilledProcessLeftAndNotWhatIsUnderWay) {
  add("AWS::Toys::Ball");
  for (const char* name : {".new-old", ".new-young"}) std::ofstream(folder_ / name) << "half";
  fs::last_write_time(folder_ / ".new-old", fs::file_time_type::clock::now() - std::chrono::hours(25));
  add("AWS::Toys::Kite");
  EXPECT_FALSE(fs::exists(folder_ / ".new-old"));
  EXPECT_TRUE(fs::exists(folder_ / ".new-young"));
  EXPECT_EQ(registry_.list()->size(), 2u);
}

TEST_F(RegistryTest, GivesTheSameBytesTheSameVersion) {
  EXPECT_EQ(add("AWS::Toys::Ball"), add("AWS::Toys::Ball"));
  EXPECT_NE(add("AWS::Toys::Ball"), add("AWS::Toys::Kite"));
  EXPECT_EQ(registry_.list()->size(), 2u);
}

TEST_F(RegistryTest, RefusesABlobThatIsDamagedAnywhere) {
  const auto good = blob("AWS::Toys::Ball");
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto bad = good;
    bad[i] ^= std::byte{1};
    EXPECT_FALSE(registry_.add(bad).ok()) << i;
  }
  EXPECT_TRUE(registry_.list()->empty());
}

TEST_F(RegistryTest, NeverUsesADamagedFileAndKeepsTheOld) {
  const std::string old = add("AWS::Toys::Ball");
  ASSERT_TRUE(registry_.use(old).ok());
  const std::string other = add("AWS::Toys::Kite");
  change_byte(file_of(other), static_cast<std::streamoff>(fs::file_size(file_of(other))) - 1);
  const auto used = registry_.use(other);
  ASSERT_FALSE(used.ok());
  EXPECT_EQ(used.error().message,
            "the catalogue " + other + " cannot be used: the catalogue is damaged: its checksum does not fit");
  EXPECT_EQ(**registry_.version_in_use(), old);
}

TEST_F(RegistryTest, SaysThatTheOneInUseIsGoneOrCutOff) {
  const std::string version = add("AWS::Toys::Ball");
  ASSERT_TRUE(registry_.use(version).ok());
  fs::resize_file(file_of(version), 500);
  EXPECT_EQ(
      registry_.open_in_use().error().message,
      "the catalogue " + version + " cannot be used: the catalogue is damaged: its size does not fit its contents");
  fs::resize_file(file_of(version), 0);
  EXPECT_EQ(registry_.open_in_use().error().message,
            "the catalogue " + version + " cannot be used: the catalogue is too short");
  fs::remove(file_of(version));
  const auto gone = registry_.open_in_use();
  ASSERT_FALSE(gone.ok());
  EXPECT_NE(gone.error().hint.find("squall registry use embedded"), std::string::npos);
  EXPECT_TRUE(registry_.use("embedded").ok());
  EXPECT_TRUE(registry_.open_in_use().ok());
}

TEST_F(RegistryTest, ListsADamagedFileWithWhatIsWrong) {
  const std::string version = add("AWS::Toys::Ball");
  change_byte(file_of(version), 300);
  const auto entries = registry_.list();
  ASSERT_EQ(entries->size(), 1u);
  EXPECT_NE(entries->front().problem.find("checksum"), std::string::npos);
  fs::rename(file_of(version), file_of("0123456789abcdef"));
  EXPECT_NE(registry_.list()->front().problem, "");
}

TEST_F(RegistryTest, TakesAVersionByItsBeginning) {
  const std::string version = add("AWS::Toys::Ball");
  EXPECT_EQ(*registry_.use(version.substr(0, 6)), version);
  const auto unknown = registry_.use("zzzz");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().message, "no catalogue zzzz");
  EXPECT_EQ(registry_.use("embeded").error().hint, "did you mean embedded?");
  EXPECT_FALSE(registry_.use("").ok());
  EXPECT_FALSE(registry_.use("../" + version).ok());
}

TEST_F(RegistryTest, RemovesWhatIsNotInUse) {
  const std::string version = add("AWS::Toys::Ball");
  ASSERT_TRUE(registry_.use(version).ok());
  EXPECT_EQ(registry_.remove(version).error().message, "the catalogue " + version + " is in use");
  EXPECT_FALSE(registry_.remove("embedded").ok());
  ASSERT_TRUE(registry_.use("embedded").ok());
  EXPECT_EQ(*registry_.remove(version), version);
  EXPECT_FALSE(fs::exists(file_of(version)));
}

TEST_F(RegistryTest, DoesNotFollowANameThatIsNone) {
  add("AWS::Toys::Ball");
  for (const char* text : {"../../etc/passwd\n", "", "\n", "a/b", "a\nb\n"}) {
    std::ofstream(folder_ / "in_use", std::ios::trunc) << text;
    EXPECT_FALSE(registry_.open_in_use().ok()) << text;
  }
  std::ofstream(folder_ / "in_use", std::ios::trunc) << std::string(5000, 'a');
  EXPECT_FALSE(registry_.open_in_use().ok());
}

TEST_F(RegistryTest, SaysWhereItCannotWrite) {
  std::ofstream(place_.path() / "share") << "a file in the way";
  const auto added = registry_.add(blob("AWS::Toys::Ball"));
  ASSERT_FALSE(added.ok());
  EXPECT_NE(added.error().message.find(folder_.string()), std::string::npos) << added.error().message;
}

TEST(RegistryFolder, IsInTheUsersData) {
  const auto folder = [](std::map<std::string, std::string> variables) {
    return registry_folder([variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    });
  };
  EXPECT_EQ(folder({{"XDG_DATA_HOME", "/data"}, {"HOME", "/h"}}), "/data/squall/catalogues");
  EXPECT_EQ(folder({{"HOME", "/h"}}), "/h/.local/share/squall/catalogues");
  EXPECT_EQ(folder({}), std::nullopt);
}

}  // namespace
}  // namespace squall::catalogue
