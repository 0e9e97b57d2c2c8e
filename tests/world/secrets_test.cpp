#include "hub/world/secrets.hpp"

#include <type_traits>

#include <gmock/gmock.h>

#include "homeroom/error.hpp"
#include "tests/world/scratch.hpp"

namespace homeroom::world {
namespace {

static_assert(!std::is_copy_constructible_v<Secret>);

std::string refusal(const SecretFolder& secrets, const std::string& name) {
  try {
    secrets.read(name);
  } catch (const Error& error) {
    return error.next == Next::fix_settings ? error.what() : "another next step";
  }
  return "";
}

TEST(Secrets, ASecretIsReadWithoutTheLineEndBehindIt) {
  auto folder = scratch();
  write_atomically(folder.path() / "planwise", "s3cret\n");
  Secret secret = SecretFolder(folder.path()).read("planwise");
  EXPECT_EQ(secret.reveal(), "s3cret");
  EXPECT_TRUE(secret.equals("s3cret"));
  EXPECT_FALSE(secret.equals("s3creT"));
}

TEST(Secrets, AFileThatOthersMayReadIsRefusedWithTheCommandThatMendsIt) {
  auto folder = scratch();
  write_atomically(folder.path() / "planwise", "s3cret", 0640);
  EXPECT_THAT(refusal(SecretFolder(folder.path()), "planwise"), testing::HasSubstr("chmod 600"));
}

TEST(Secrets, ANameCannotLeaveTheFolder) {
  auto folder = scratch();
  SecretFolder secrets(folder.path());
  EXPECT_NE(refusal(secrets, "../planwise"), "");
  EXPECT_NE(refusal(secrets, ""), "");
  EXPECT_NE(refusal(secrets, ".hidden"), "");
}

TEST(Secrets, AMissingOrEmptySecretIsASettingToFix) {
  auto folder = scratch();
  write_atomically(folder.path() / "empty", "\n");
  EXPECT_THAT(refusal(SecretFolder(folder.path()), "empty"), testing::HasSubstr("is empty"));
  EXPECT_THAT(refusal(SecretFolder(folder.path()), "gone"),
              testing::HasSubstr("/gone and run: chmod 600"));
}

TEST(Secrets, AMovedSecretLeavesNothingBehind) {
  Secret first("s3cret");
  Secret second(std::move(first));
  EXPECT_EQ(first.reveal(), "");  // NOLINT: the point of the test
  EXPECT_EQ(second.reveal(), "s3cret");
}

}  // namespace
}  // namespace homeroom::world
