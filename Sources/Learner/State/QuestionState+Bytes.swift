extension QuestionState {
    /// The state for a row of a database: 76 bytes.
    public func bytes(coefficients: LearnerCoefficients) -> [UInt8] {
        var writer = StateWriter(kind: StateHeader.question, mark: coefficients.mark, capacity: 60)
        write(&writer)
        return writer.finished()
    }

    /// - Throws: `LearnerStateError` where the bytes are damaged, of another version or of other coefficients.
    public init(bytes: [UInt8], coefficients: LearnerCoefficients) throws(LearnerStateError) {
        var reader = try StateReader(bytes, kind: StateHeader.question, mark: coefficients.mark)
        try self.init(&reader)
        try reader.finish()
    }

    func write(_ writer: inout StateWriter) {
        writer.put(ease)
        writer.put(answers)
        writer.put(byHistory.0)
        writer.put(byHistory.1)
        writer.put(byHistory.2)
        writer.put(byAbility.0)
        writer.put(byAbility.1)
        writer.put(byAbility.2)
    }

    init(_ reader: inout StateReader) throws(LearnerStateError) {
        self.init(ease: try reader.gaussian(), answers: try reader.float())
        byHistory = (try reader.rate(), try reader.rate(), try reader.rate())
        byAbility = (try reader.residual(), try reader.residual(), try reader.residual())
    }
}
