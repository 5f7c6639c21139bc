/// Searches that are judged together, by how many hits they asked for.
///
/// One estimate for every limit there can be would be a thousand, most of them of a few searches. Within a bucket a
/// search for few hits and one for more count the same.
enum RecallBucket: Int, CaseIterable, Sendable {
    case one, ten, hundred, thousand

    /// - Parameter limit: 1...1000
    init(limit: Int) {
        precondition((1...SearchRequest.limitMax).contains(limit))
        self = limit == 1 ? .one : limit <= 10 ? .ten : limit <= 100 ? .hundred : .thousand
    }

    /// The limits of its searches.
    var limits: ClosedRange<Int> {
        switch self {
        case .one: 1...1
        case .ten: 2...10
        case .hundred: 11...100
        case .thousand: 101...SearchRequest.limitMax
        }
    }

    /// As a dimension of metrics, such as "2-10".
    var name: String {
        self == .one ? "1" : "\(limits.lowerBound)-\(limits.upperBound)"
    }
}
