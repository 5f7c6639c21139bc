import Logging

/// The log of commands other than `serve`: warnings and worse, as lines of text.
enum CommandLog {
    static func logger() -> Logger {
        Logger(label: "greenroom") { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = .warning
            return handler
        }
    }
}
