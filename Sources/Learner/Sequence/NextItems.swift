/// The model that serves: the streaming item-to-item model and, where one was fitted, the regression, added as standard
/// scores.
public struct NextItems: Sendable {
    public var sequence: SequenceModel
    /// Nil for more items than `LinearSequence` takes, and before the first fit.
    public var linear: LinearSequence?
    /// The share of the regression in a score, 0...1.
    public var linearShare: Float

    public init(sequence: SequenceModel, linear: LinearSequence?, linearShare: Float) {
        self.sequence = sequence
        self.linear = linear
        self.linearShare = min(max(linearShare, 0), 1)
    }

    /// A score for every item; larger is likelier. Items of the history are scored too: who asks excludes them.
    public func scores(after history: [Int32]) -> [Float] {
        let near = sequence.scores(after: history)
        guard let linear, linearShare > 0 else { return near }
        return Self.blend(near, linear.scores(after: history), share: linearShare)
    }

    static func blend(_ near: [Float], _ far: [Float], share: Float) -> [Float] {
        let a = standard(near)
        let b = standard(far)
        return a.indices.map { (1 - share) * a[$0] + share * b[$0] }
    }

    private static func standard(_ scores: [Float]) -> [Float] {
        let count = Float(max(scores.count, 1))
        let mean = scores.reduce(0, +) / count
        let variance = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        let scale = 1 / max(variance, 1e-20).squareRoot()
        return scores.map { ($0 - mean) * scale }
    }
}
