/// A log of answers that cannot be read.
public enum AnswerLogError: Error, Equatable, CustomStringConvertible {
    case unreadable(path: String, reason: String)
    case gzip(path: String, reason: String)
    case tooLong(path: String, bytesMax: Int)
    case header(received: String)
    case row(line: Int, column: String, received: String, allowed: String)
    case empty(path: String)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
        case .gzip(let path, let reason): "\(path) is not a whole gzip file: \(reason)"
        case .tooLong(let path, let bytesMax): "\(path) has more than \(bytesMax) bytes of text, the most allowed"
        case .header(let received):
            "line 1: the header is '\(received)', allowed is user,item,skills,correct,split and after it time"
        case .row(let line, let column, let received, let allowed):
            "line \(line): \(column) is '\(received)', allowed is \(allowed)"
        case .empty(let path): "\(path) has no answers"
        }
    }
}
