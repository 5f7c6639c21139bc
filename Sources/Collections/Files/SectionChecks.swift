/// Checks on what a file's sections hold, by which everything later read from them stays within bounds. Each is one
/// pass without a branch in it.
extension SectionReader {
    /// Offsets of `count` stretches, which are all of `length` elements: they start at 0, never fall, and end at the
    /// end. There are `count + 1` of them.
    func checkOffsets(
        _ offsets: Slab<UInt32>, length: Int, _ kind: SectionKind, field: Int
    ) throws(SectionFileError) {
        var fallen: UInt32 = 0
        for index in 0..<max(0, offsets.count &- 1) {
            fallen |= offsets.base[index] > offsets.base[index &+ 1] ? 1 : 0
        }
        guard offsets.count > 0, offsets[0] == 0, fallen == 0, Int(offsets[offsets.count - 1]) == length else {
            throw .contents(
                section: "\(SectionName(kind: kind, field: field))",
                problem: "offsets must rise from 0 to \(length) and never fall")
        }
    }

    /// A number whose highest bit tells whether `number` exceeds `most`, which must be below 2³¹: then a number above is
    /// 2³¹ or more, or leaves a negative rest. Additions alone, for which every CPU has vector instructions.
    @inline(__always)
    static func exceeds(_ number: UInt32, _ most: UInt32) -> UInt32 { number | (most &- number) }
    static let exceedsBit: UInt32 = 1 << 31

    /// Numbers of things of which there are `count`.
    func checkNumbers(_ numbers: Slab<UInt32>, below count: Int, _ kind: SectionKind, field: Int? = nil)
        throws(SectionFileError)
    {
        if numbers.count == 0 { return }
        let most = UInt32(clamping: min(count &- 1, Int(Int32.max)))
        var wrong: UInt32 = 0
        for index in 0..<numbers.count { wrong |= Self.exceeds(numbers.base[index], most) }
        guard count > 0, wrong & Self.exceedsBit == 0 else {
            throw .contents(
                section: "\(SectionName(kind: kind, field: field))",
                problem: "it has a number that is too high: allowed are numbers below \(count)")
        }
    }

    /// Numbers that rise within each stretch: as many places where they do not as stretches begin with one.
    func checkRises(
        _ numbers: Slab<UInt32>, between offsets: Slab<UInt32>, _ kind: SectionKind, field: Int
    ) throws(SectionFileError) {
        var falls = 0
        for index in 0..<max(0, numbers.count &- 1) {
            falls &+= numbers.base[index] >= numbers.base[index &+ 1] ? 1 : 0
        }
        for index in 0..<max(0, offsets.count &- 1) {
            let start = Int(offsets.base[index])
            guard start > 0, start < Int(offsets.base[index &+ 1]) else { continue }
            falls &-= numbers.base[start &- 1] >= numbers.base[start] ? 1 : 0
        }
        guard falls == 0 else {
            throw .contents(
                section: "\(SectionName(kind: kind, field: field))", problem: "the slots of a word must ascend")
        }
    }

    /// Finite numbers: others have no place in a date.
    func checkFinite(_ numbers: Slab<Double>, field: Int) throws(SectionFileError) {
        var isFinite = true
        for index in 0..<numbers.count { isFinite = isFinite && numbers.base[index].isFinite }
        guard isFinite else {
            throw .contents(
                section: "\(SectionName(kind: .values, field: field))", problem: "a number in it is not finite")
        }
    }
}
