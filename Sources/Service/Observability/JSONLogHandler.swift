import Foundation
import Logging
import Synchronization

/// Writes each log record as one line of JSON to standard error: time, level, message, logger, then the metadata.
struct JSONLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    private let label: String
    private let output: LogOutput

    init(label: String, level: Logger.Level, output: LogOutput) {
        self.label = label
        self.logLevel = level
        self.output = output
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = "{\"time\":"
        line.appendJSON(Date().formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true)))
        line += ",\"level\":\"\(event.level.rawValue)\",\"message\":"
        line.appendJSON(event.message.description)
        line += ",\"logger\":"
        line.appendJSON(label)
        let all = metadata.merging(event.metadata ?? [:]) { _, own in own }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            line += ","
            // The server names its own number of the request; the product's request id replaces it.
            line.appendJSON(key == "hb.request.id" ? "request_number" : key)
            line += ":"
            line.appendJSON(value)
        }
        line += "}\n"
        output.write(line)
    }
}

/// Where log lines go, one whole line at a time.
final class LogOutput: Sendable {
    private let descriptor: Mutex<Int32>

    init(descriptor: Int32 = STDERR_FILENO) { self.descriptor = Mutex(descriptor) }

    /// Writes all of it, or gives up where the reader has gone: logging has nowhere to report its own failure.
    func write(_ line: String) {
        var line = line
        descriptor.withLock { descriptor in
            line.withUTF8 { bytes in
                var rest = bytes[...]
                while !rest.isEmpty {
                    let written = Foundation.write(
                        descriptor, UnsafeBufferPointer(rebasing: rest).baseAddress, rest.count)
                    if written < 0, errno == EINTR { continue }
                    if written <= 0 { return }
                    rest = rest.dropFirst(written)
                }
            }
        }
    }
}

extension String {
    /// Appends `text` as a JSON string.
    mutating func appendJSON(_ text: String) {
        append("\"")
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": append("\\\"")
            case "\\": append("\\\\")
            case "\n": append("\\n")
            case "\r": append("\\r")
            case "\t": append("\\t")
            case "\0"..."\u{1F}", "\u{7F}": append(String(format: "\\u%04x", scalar.value))
            default: unicodeScalars.append(scalar)
            }
        }
        append("\"")
    }

    fileprivate mutating func appendJSON(_ value: Logger.Metadata.Value) {
        switch value {
        case .string(let text): appendJSON(text)
        case .stringConvertible(let value):
            if let number = value as? any BinaryInteger { append("\(number)") } else { appendJSON(value.description) }
        case .array(let values):
            append("[")
            for (index, value) in values.enumerated() {
                if index > 0 { append(",") }
                appendJSON(value)
            }
            append("]")
        case .dictionary(let values):
            append("{")
            for (index, (key, value)) in values.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { append(",") }
                appendJSON(key)
                append(":")
                appendJSON(value)
            }
            append("}")
        }
    }
}
