/// What a section of a file holds. The numbers stand in files: none is ever given another meaning.
enum SectionKind: UInt16, Sendable, CaseIterable {
    // A segment's slots.
    case keys = 1
    case rows = 2
    case errors = 5
    case order = 6
    case nodes = 7
    case upperLinks = 8
    case graphShape = 9
    case scale = 10
    case lowerHalves = 11
    case intrinsicDimension = 12
    case upperHalves = 13

    // A keyword column.
    case keywordOffsets = 16
    case keywordCodes = 17
    case spellingOffsets = 18
    case spellingBytes = 19
    case termOfSpelling = 20
    case termOffsets = 21
    case termBytes = 22
    case postingOffsets = 23
    case postings = 24

    // A column of plain values, and the presence of any column.
    case values = 32
    case presence = 33
    case valueOrder = 34

    // A text column.
    case textOffsets = 40
    case textBytes = 41
    case foldedOffsets = 42
    case foldedBytes = 43
    case wordOffsets = 44
    case wordBytes = 45
    case wordPostingOffsets = 46
    case wordPostings = 47
    case wordCounts = 48
    case wordLengths = 49
    case wordBlockCounts = 50
    case wordBlockLengths = 51

    // A manifest.
    case manifestInfo = 64
    case liveSlots = 65

    /// Large and flat: no number in it is used as an index, an offset or a length without having been checked itself, so
    /// that wrong bytes give wrong answers and nothing worse. Its checksum may be verified after opening.
    var isBulk: Bool {
        switch self {
        case .rows, .textBytes, .foldedBytes: true
        // Its links are checked one by one at opening: those that lead somewhere else within the graph do no harm.
        case .nodes, .upperHalves, .lowerHalves: true
        default: false
        }
    }

    /// Read a little here and a little there, only for what a walk found.
    var isScattered: Bool {
        switch self {
        case .rows, .lowerHalves: true
        default: false
        }
    }

    /// Where a section may begin: rows at pages, all others at cache lines.
    var alignmentBytes: Int {
        switch self {
        case .rows, .nodes, .upperHalves, .lowerHalves: 4_096
        default: SectionLayout.alignmentBytes
        }
    }
}

/// A section's place among the others: its kind, and the number of the field it belongs to.
struct SectionName: Hashable, Sendable, CustomStringConvertible {
    let kind: SectionKind
    let field: Int?

    var description: String { field.map { "\(kind) of field \($0)" } ?? "\(kind)" }
}
