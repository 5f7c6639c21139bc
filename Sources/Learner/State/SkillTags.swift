/// The skills that a question asks for: one to eight numbers of a vocabulary, held without an allocation.
///
/// Numbers are dense and start at 0; who keeps the vocabulary keeps their meaning. Repeated tags count once.
public struct SkillTags: Equatable, Sendable {
    public static let countMax = 8

    private var storage: SIMD8<Int32> = .zero
    public private(set) var count = 0

    public init(_ skill: Int32) {
        storage[0] = skill
        count = 1
    }

    /// - Throws: `LearnerInputError.skillTags` for no tag, more than eight, or a negative number.
    public init(_ skills: some Sequence<Int32>) throws(LearnerInputError) {
        for skill in skills where !contains(skill) {
            guard skill >= 0, count < Self.countMax else {
                throw .skillTags(count: count + 1, skill: skill)
            }
            storage[count] = skill
            count += 1
        }
        guard count > 0 else { throw .skillTags(count: 0, skill: 0) }
    }

    @inline(__always)
    public subscript(index: Int) -> Int32 { storage[index] }

    @inline(__always)
    public func contains(_ skill: Int32) -> Bool {
        for index in 0..<count where storage[index] == skill { return true }
        return false
    }
}
