/// What a file is to hold, in order. It keeps the slabs alive whose memory it names.
struct SectionList {
    struct Section {
        let name: SectionName
        let elementBytes: Int
        let count: Int
        let bytes: UnsafeRawBufferPointer
        /// Keeps the bytes.
        let memory: SlabMemory

        /// All bytes, at once where they are in memory, and else in copies of some of them, so that saving a file does
        /// not fill memory with others.
        func forEachPiece(_ body: (UnsafeRawBufferPointer) throws(FileError) -> Void) throws(FileError) {
            if bytes.isEmpty { return }
            guard memory.isMapped else { return try body(bytes) }
            let window = SlabMemory(bytes: min(bytes.count, SectionList.pieceBytes))
            for start in stride(from: 0, to: bytes.count, by: window.count) {
                let range = start..<min(start + window.count, bytes.count)
                try memory.copy(range, to: window.base)
                try body(UnsafeRawBufferPointer(start: window.base, count: range.count))
            }
        }
    }

    private static let pieceBytes = 4 << 20

    private(set) var sections: [Section] = []

    mutating func add<Element>(_ slab: Slab<Element>, _ kind: SectionKind, field: Int? = nil) {
        sections.append(
            Section(
                name: SectionName(kind: kind, field: field), elementBytes: MemoryLayout<Element>.stride,
                count: slab.count, bytes: UnsafeRawBufferPointer(slab.elements), memory: slab.memory))
    }

    mutating func add(_ bitmap: Bitmap, _ kind: SectionKind, field: Int? = nil) {
        add(Slab(bitmap.words), kind, field: field)
    }
}

/// A file as it was written.
struct WrittenFile: Equatable, Sendable {
    let fileBytes: Int
    /// That of the header, which stands for the whole file.
    let checksum: UInt32
}

extension SectionList {
    /// More zeros than stand between two sections.
    private static let zeros = Slab<UInt8>(count: 4_096) { _ in }

    /// Writes a file from its start to its end and synchronises it. The sections are read twice, once for their
    /// checksums, and not copied. O(bytes).
    func write(
        _ type: SectionFileType, fingerprint: UInt64, slotCount: Int, number: Int, to path: String,
        on files: any FileSystem
    ) throws(FileError) -> WrittenFile {
        precondition(sections.count <= SectionLayout.sectionsMax, "\(sections.count) sections in one file")
        let starts = SectionLayout.starts(sections.map { ($0.name.kind, $0.bytes.count) })
        let tableEnd = SectionLayout.headerBytes + sections.count * SectionLayout.entryBytes
        var table: [UInt8] = []
        for (index, section) in sections.enumerated() {
            let gap = starts[index + 1] - starts[index] - section.bytes.count
            var checksum: UInt32 = 0
            try section.forEachPiece { checksum = Checksum.crc32c($0, after: checksum) }
            checksum = Checksum.crc32c(Self.zeros(gap), after: checksum)
            let entry = SectionEntry(
                name: section.name, elementBytes: section.elementBytes, count: section.count, offset: starts[index],
                checksum: checksum)
            table += entry.encoded()
        }
        table += [UInt8](repeating: 0, count: starts[0] - tableEnd)
        let header = SectionFileHeader(
            fileBytes: starts[sections.count], fingerprint: fingerprint, slotCount: slotCount, number: number,
            sectionCount: sections.count, tableChecksum: table.withUnsafeBytes { Checksum.crc32c($0) })
        let (headerBytes, checksum) = header.encoded(type)

        let writer = try files.create(path)
        try Self.append(headerBytes + table, to: writer)
        for (index, section) in sections.enumerated() {
            let gap = starts[index + 1] - starts[index] - section.bytes.count
            try section.forEachPiece { piece throws(FileError) in try writer.append(piece) }
            if gap > 0 { try writer.append(Self.zeros(gap)) }
        }
        try writer.synchronise()
        return withExtendedLifetime(self) { WrittenFile(fileBytes: header.fileBytes, checksum: checksum) }
    }

    private static func zeros(_ count: Int) -> UnsafeRawBufferPointer {
        precondition(count <= zeros.count)
        return UnsafeRawBufferPointer(start: zeros.base, count: count)
    }

    private static func append(_ bytes: [UInt8], to writer: any FileWriter) throws(FileError) {
        let slab = Slab(bytes)
        try writer.append(UnsafeRawBufferPointer(slab.elements))
        withExtendedLifetime(slab) {}
    }
}
