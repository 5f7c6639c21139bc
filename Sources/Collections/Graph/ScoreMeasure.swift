/// What the scores of a walk say about cosines.
struct ScoreMeasure {
    /// Standard deviations by which two scores may differ the wrong way round: three each, of independent errors.
    private static let deviations: Float = 4.25

    /// A score's cosine is about `scale × score + offset`.
    let scale: Float
    let offset: Float
    /// The standard deviation of that cosine: a sum of many small errors of either sign.
    let deviation: Float

    /// The least score of a node that may in truth be nearer than one with this score.
    func floor(below score: Int32) -> Int64 {
        let margin = Self.deviations * deviation / scale
        // Numbers of a file may be anything.
        return Int64(score) - (margin < 0x1p40 ? Int64(margin) : 1 << 40)
    }
}
