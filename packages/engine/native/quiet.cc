// Points file descriptor 2 at a file while libtensorflow loads, and back. JavaScript cannot do this: it has no dup2.
#include <fcntl.h>
#include <node_api.h>
#include <unistd.h>

namespace {

napi_value Fail(napi_env env, const char* what) {
  napi_throw_error(env, nullptr, what);
  return nullptr;
}

// redirect(path) -> a descriptor that stands for what descriptor 2 was.
napi_value Redirect(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1];
  char path[4096];
  size_t length = 0;
  if (napi_get_cb_info(env, info, &argc, argv, nullptr, nullptr) != napi_ok || argc != 1 ||
      napi_get_value_string_utf8(env, argv[0], path, sizeof path, &length) != napi_ok || length + 1 >= sizeof path) {
    return Fail(env, "redirect(path): a path is needed");
  }
  const int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return Fail(env, "redirect: the file cannot be opened");
  const int saved = fcntl(2, F_DUPFD_CLOEXEC, 3);
  if (saved < 0 || dup2(file, 2) < 0) {
    close(file);
    if (saved >= 0) close(saved);
    return Fail(env, "redirect: descriptor 2 cannot be moved");
  }
  close(file);
  napi_value result;
  napi_create_int32(env, saved, &result);
  return result;
}

// restore(saved)
napi_value Restore(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1];
  int saved = -1;
  if (napi_get_cb_info(env, info, &argc, argv, nullptr, nullptr) != napi_ok || argc != 1 ||
      napi_get_value_int32(env, argv[0], &saved) != napi_ok || dup2(saved, 2) < 0) {
    return Fail(env, "restore(saved): a descriptor from redirect is needed");
  }
  close(saved);
  return nullptr;
}

napi_value Init(napi_env env, napi_value exports) {
  napi_value function;
  napi_create_function(env, "redirect", NAPI_AUTO_LENGTH, Redirect, nullptr, &function);
  napi_set_named_property(env, exports, "redirect", function);
  napi_create_function(env, "restore", NAPI_AUTO_LENGTH, Restore, nullptr, &function);
  napi_set_named_property(env, exports, "restore", function);
  return exports;
}

}  // namespace

NAPI_MODULE(NODE_GYP_MODULE_NAME, Init)
