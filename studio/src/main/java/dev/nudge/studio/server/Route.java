package dev.nudge.studio.server;

/// One thing that the server answers.
///
/// @param method  `GET` for looking, `POST` for changing
/// @param path    such as `/api/runs/{run}/curve`; a part in braces matches any one part
/// @param handler makes the answer
record Route(String method, String path, Handler handler) {
    /// Makes the answer to a request.
    @FunctionalInterface
    interface Handler {
        /// The answer.
        ///
        /// @throws RefusedException if the request cannot be met
        Answer answer(Request request);
    }

    static Route get(String path, Handler handler) {
        return new Route("GET", path, handler);
    }

    static Route post(String path, Handler handler) {
        return new Route("POST", path, handler);
    }
}
