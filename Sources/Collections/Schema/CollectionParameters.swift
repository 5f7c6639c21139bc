/// What can be tuned of a collection. Every value acts.
public struct CollectionParameters: Sendable, Hashable {
    /// Points that the tail takes before it is sealed into a segment.
    public var tailPointsMax = 1_024
    /// Closed tails that may wait to be sealed in the background; beyond these the writer seals itself.
    public var closedTailsMax = 1
    /// More segments than these are merged.
    public var segmentsMax = 8
    /// Segments are not merged into one with more vector data than this.
    public var segmentKilobytesMax = 4_194_304
    /// A segment with a larger share of deleted points is rewritten. 0...1
    public var deletedShareMax = 0.2
    /// Links of a node on each level of a graph above the lowest, twice as many on the lowest. More find more and cost
    /// memory and time. 4...64
    public var m = 16
    /// Nodes a new node's neighbours are chosen from: more make a better graph and a slower build. 8...4096
    public var efConstruct = 200
    /// Nodes a search keeps in view, at least; more find more and cost time. A search may ask for another number.
    public var ef = 96
    /// What walks compare. Acts on segments made from then on.
    public var quantization = Quantization.int8
    /// A segment with no more kilobytes of vectors gets no graph and is scanned.
    public var fullScanKilobytes = 4_000
    /// Writers wait while more kilobytes of vectors are outside of graphs: `Collection.awaitRoom`.
    public var backlogKilobytesMax = 6_000
    /// Where fewer kilobytes of vectors match a filter, they are compared in full precision; above, codes are scanned.
    public var rowScanKilobytes = 1_024
    /// Rows whose codes are scanned in the time in which a walk reads a node: it has links and order to care for, and no row
    /// lies after the other. Measured with 120,000 vectors of 384 dimensions, of which 11 % match: 24 ns a node and 7.8 a row
    /// on one machine, 57 and 9.6 on another. Above 0.
    public var walkCost = 3.3
    /// Threads that build one graph.
    public var indexingThreadsMax = 1
    /// A search that reads at most so many kilobytes runs on the caller's thread, a larger one on the worker pool.
    public var inlineScanKilobytesMax = 4_096
    /// The share of the searches answered by walks that `Collection.audit` runs again exactly, to estimate their recall;
    /// with 0 none. 0...1
    public var auditShare = 0.01

    public init() {}

    /// Reads the settings operators know from other engines: `m`, `ef_construct`, `ef`, `quantization`,
    /// `max_indexing_threads`, `full_scan_threshold` and `row_scan_threshold` (kB), `default_segment_number`,
    /// `max_segment_size` (kB), `deleted_threshold`, and `tail_points_max`; each may stand under `hnsw_config.` or
    /// `optimizer_config.`. `audit_share` is this engine's own. Keys without an effect here come back as ignored, in
    /// alphabetical order.
    /// - Throws: `ParameterError` for a value out of its range.
    public static func parse(
        _ settings: [String: String]
    ) throws(ParameterError) -> (parameters: CollectionParameters, ignored: [String]) {
        var parameters = CollectionParameters()
        var ignored: [String] = []
        for (key, value) in settings.sorted(by: { $0.key < $1.key }) {
            switch name(of: key) {
            case "full_scan_threshold": parameters.fullScanKilobytes = try integer(key, value, 0...1_000_000_000)
            case "default_segment_number": parameters.segmentsMax = try integer(key, value, 1...64)
            case "max_segment_size": parameters.segmentKilobytesMax = try integer(key, value, 1...1_000_000_000)
            case "deleted_threshold":
                let share = try fraction(key, value)
                parameters.deletedShareMax = share
            case "quantization":
                guard let quantization = Quantization(rawValue: value) else {
                    throw ParameterError(
                        key: key, value: value,
                        allowed: Quantization.allCases.map(\.rawValue).joined(separator: " or "))
                }
                parameters.quantization = quantization
            case "row_scan_threshold": parameters.rowScanKilobytes = try integer(key, value, 0...1_000_000_000)
            case "m": parameters.m = try integer(key, value, 4...64)
            case "ef_construct": parameters.efConstruct = try integer(key, value, 8...4_096)
            case "ef", "hnsw_ef": parameters.ef = try integer(key, value, 1...SearchRequest.efMax)
            case "max_indexing_threads": parameters.indexingThreadsMax = try integer(key, value, 1...64)
            case "tail_points_max": parameters.tailPointsMax = try integer(key, value, 1...16_384)
            case "audit_share": parameters.auditShare = try fraction(key, value)
            default: ignored.append(key)
            }
        }
        return (parameters, ignored)
    }

    private static func name(of key: String) -> String {
        for group in ["hnsw_config.", "optimizer_config."] where key.hasPrefix(group) {
            return String(key.dropFirst(group.count))
        }
        return key
    }

    private static func fraction(_ key: String, _ value: String) throws(ParameterError) -> Double {
        guard let number = Double(value), (0...1).contains(number) else {
            throw ParameterError(key: key, value: value, allowed: "a number from 0 to 1")
        }
        return number
    }

    private static func integer(
        _ key: String, _ value: String, _ range: ClosedRange<Int>
    ) throws(ParameterError) -> Int {
        guard let number = Int(value), range.contains(number) else {
            throw ParameterError(
                key: key, value: value, allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func graphOptions(dimension: Int) -> SegmentBuilder.GraphOptions {
        let rowBytes = VectorRows.stride(dimension: dimension) * MemoryLayout<Float>.stride
        return SegmentBuilder.GraphOptions(
            m: m, efConstruct: efConstruct, pointsMin: max(2, fullScanKilobytes * 1_024 / rowBytes + 1),
            threads: indexingThreadsMax, quantization: quantization)
    }

    func check() {
        precondition((1...16_384).contains(tailPointsMax) && closedTailsMax >= 1 && segmentsMax >= 1)
        precondition(segmentKilobytesMax >= 1 && (0...1).contains(deletedShareMax))
        precondition((4...64).contains(m) && (8...4_096).contains(efConstruct) && indexingThreadsMax >= 1)
        precondition((1...SearchRequest.efMax).contains(ef) && (0...1).contains(auditShare))
        precondition(
            fullScanKilobytes >= 0 && backlogKilobytesMax >= fullScanKilobytes && rowScanKilobytes >= 0
                && inlineScanKilobytesMax >= 0)
    }
}

/// A setting with a value that is not allowed.
public struct ParameterError: Error, Equatable, CustomStringConvertible {
    public let key: String
    public let value: String
    public let allowed: String

    public var description: String { "\(key) is '\(value)'; allowed is \(allowed)" }
}
