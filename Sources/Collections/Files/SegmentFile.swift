/// A segment in a file of its own.
enum SegmentFile {
    /// Writes a segment and synchronises the file. O(bytes).
    static func write(
        _ segment: Segment, number: Int, to path: String, on files: any FileSystem
    ) throws(FileError) -> WrittenFile {
        var list = SectionList()
        segment.add(to: &list)
        return try list.write(
            .segment, fingerprint: segment.schema.fingerprint, slotCount: segment.slotCount, number: number, to: path,
            on: files)
    }

    /// A segment whose slabs lie in a mapped file.
    struct Opened {
        let segment: Segment
        let number: Int
        let file: WrittenFile
        /// What `verify` has yet to look at.
        let unverified: [SectionReader.Region]
    }

    /// Maps what is there; nothing is parsed. O(bytes of what is checked): everything but vectors and texts with
    /// `.structure`.
    /// - Throws: `SectionFileError`
    static func open(
        _ file: MappedFile, schema: CollectionSchema, checking: FileChecking
    ) throws(SectionFileError) -> Opened {
        var reader = try SectionReader(file, .segment, checking: checking)
        guard reader.header.fingerprint == schema.fingerprint else {
            throw .number(
                field: "schema fingerprint", came: reader.header.fingerprint, allowed: "\(schema.fingerprint)")
        }
        let segment = try Segment.read(from: &reader, schema: schema)
        return Opened(
            segment: segment, number: reader.header.number,
            file: WrittenFile(fileBytes: file.count, checksum: reader.checksum), unverified: reader.unverified)
    }
}

/// The checksums left out when a file was opened, verified a piece at a time.
struct FileVerification: Sendable {
    /// A piece is read in some hundredths of a second.
    static let pieceBytes = 64 << 20

    let number: Int
    private let file: MappedFile
    private let regions: [SectionReader.Region]
    private var region = 0
    private var verifiedBytes = 0
    private var checksum: UInt32 = 0

    init(number: Int, file: MappedFile, regions: [SectionReader.Region]) {
        self.number = number
        self.file = file
        self.regions = regions
    }

    var isDone: Bool { region == regions.count }

    /// Verifies the next piece.
    /// - Throws: `SectionFileError`
    mutating func step() throws(SectionFileError) {
        let current = regions[region]
        let start = current.range.lowerBound + verifiedBytes
        let end = min(start + Self.pieceBytes, current.range.upperBound)
        file.advise(start..<end, .soon)
        checksum = Checksum.crc32c(file.bytes(start..<end), after: checksum)
        verifiedBytes += end - start
        guard end == current.range.upperBound else { return }
        guard checksum == current.checksum else {
            throw .checksum(of: "\(current.name)", came: checksum, allowed: current.checksum)
        }
        region += 1
        verifiedBytes = 0
        checksum = 0
    }
}
