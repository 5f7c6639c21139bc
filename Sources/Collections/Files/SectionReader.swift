/// What is verified of a file's checksums before anything of it is used. Everything that indices, offsets and lengths
/// are taken from is verified always, and its contents are checked.
public enum FileChecking: Sendable {
    /// Leaves vectors and texts, in which wrong bytes give wrong answers and nothing worse, to a later `verify`.
    case structure
    case full
}

/// Gives the sections of a file in their order, each as a slab in the mapped memory.
struct SectionReader {
    /// A section whose checksum is yet to be verified.
    struct Region: Sendable {
        let name: SectionName
        let range: Range<Int>
        let checksum: UInt32
    }

    let header: SectionFileHeader
    /// That of the header, which stands for the whole file.
    let checksum: UInt32
    /// Sections given out without their checksum having been verified.
    private(set) var unverified: [Region] = []

    private let file: MappedFile
    private let checking: FileChecking
    private let table: [(entry: SectionEntry, regionEnd: Int)]
    private var next = 0

    /// Checks header and table.
    /// - Throws: `SectionFileError`
    init(_ file: MappedFile, _ type: SectionFileType, checking: FileChecking) throws(SectionFileError) {
        (header, checksum) = try SectionFileHeader.read(file, type)
        table = try SectionEntry.readTable(file, header)
        self.file = file
        self.checking = checking
    }

    /// The next section, which must be this one; its contents are the caller's to check.
    /// - Parameter count: the elements it must have; any number where nil.
    /// - Throws: `SectionFileError`
    mutating func slab<Element>(
        _ kind: SectionKind, field: Int? = nil, of type: Element.Type, count: Int? = nil
    ) throws(SectionFileError) -> Slab<Element> {
        let name = SectionName(kind: kind, field: field)
        guard next < table.count else { throw .section(came: "the end", allowed: "\(name)") }
        let (entry, regionEnd) = table[next]
        guard entry.name == name else { throw .section(came: "\(entry.name)", allowed: "\(name)") }
        guard entry.elementBytes == MemoryLayout<Element>.stride else {
            throw .number(
                field: "element size of \(name)", came: UInt64(entry.elementBytes),
                allowed: "\(MemoryLayout<Element>.stride)")
        }
        if let count, entry.count != count {
            throw .elementCount(section: "\(name)", came: entry.count, allowed: count)
        }
        let region = Region(name: name, range: entry.offset..<regionEnd, checksum: entry.checksum)
        if kind.isScattered { file.advise(region.range, .scattered) }
        if kind.isBulk, checking == .structure {
            unverified.append(region)
        } else {
            try Self.verify(region, of: file)
        }
        next += 1
        return Slab(file, offset: entry.offset, count: entry.count)
    }

    /// A set of slots of a part of `slotCount`.
    mutating func bitmap(_ kind: SectionKind, field: Int, slotCount: Int) throws(SectionFileError) -> Bitmap {
        let words = try slab(kind, field: field, of: UInt64.self, count: (slotCount + 63) / 64)
        guard let bitmap = Bitmap(slotCount: slotCount, words: Array(words.elements)) else {
            throw .contents(
                section: "\(SectionName(kind: kind, field: field))", problem: "it has slots past the last one")
        }
        return bitmap
    }

    /// All sections must have been asked for.
    /// - Throws: `SectionFileError`
    func finish() throws(SectionFileError) {
        if next < table.count { throw .section(came: "\(table[next].entry.name)", allowed: "the end") }
    }

    static func verify(_ region: Region, of file: MappedFile) throws(SectionFileError) {
        let checksum = Checksum.crc32c(file.bytes(region.range))
        guard checksum == region.checksum else {
            throw .checksum(of: "\(region.name)", came: checksum, allowed: region.checksum)
        }
    }
}
