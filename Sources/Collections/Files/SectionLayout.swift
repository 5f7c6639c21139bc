/// The fixed part of a file: a header, a table with an entry per section, and the sections one after another. The byte
/// tables stand in docs/segment-format.md. All numbers are little-endian.
///
/// Nothing about the places of sections is free: each begins at the first multiple of its alignment behind the one
/// before. So a table cannot describe overlapping sections or ones outside the file.
enum SectionLayout {
    static let headerBytes = 64
    static let entryBytes = 40
    static let alignmentBytes = 64
    static let sectionsMax = 4_096
    /// Written as the number it is: other machines read it turned round.
    static let byteOrderMark: UInt32 = 0x0D0C_0B0A
    /// Of files; counting on from it stays a number for ever.
    static let numberMax = 1 << 62
    /// In an entry, the field of a section that belongs to none.
    static let noField = UInt16.max

    /// Where sections of some sizes begin, and behind them where the file ends. The sum of the sizes must be below 2^62.
    static func starts(_ sections: [(kind: SectionKind, bytes: Int)]) -> [Int] {
        var starts: [Int] = []
        var end = headerBytes + sections.count * entryBytes
        for section in sections {
            starts.append(aligned(end, section.kind.alignmentBytes))
            end = starts[starts.count - 1] + section.bytes
        }
        return starts + [aligned(end, alignmentBytes)]
    }

    private static func aligned(_ offset: Int, _ alignmentBytes: Int) -> Int {
        (offset + alignmentBytes - 1) / alignmentBytes * alignmentBytes
    }
}

/// What a file is for, in its first eight bytes.
enum SectionFileType: Sendable {
    case segment
    case manifest

    /// "GRSEGMNT" and "GRMANFST".
    var magic: UInt64 {
        switch self {
        case .segment: 0x544E_4D47_4553_5247
        case .manifest: 0x5453_464E_414D_5247
        }
    }

    /// The one version that is written and read: another is refused, and the file is made anew.
    var version: UInt32 {
        switch self {
        case .segment: 3
        case .manifest: 1
        }
    }
}
