package dev.nudge.studio.server;

/// A request that is not met; the code and the message are all that the client learns.
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;

    RefusedException(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    static RefusedException badRequest(String message) {
        return new RefusedException(400, "bad_request", message);
    }

    static RefusedException notFound(String message) {
        return new RefusedException(404, "not_found", message);
    }
}
