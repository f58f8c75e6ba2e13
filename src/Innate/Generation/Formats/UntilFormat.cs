using System.Text;

namespace Innate.Generation.Formats;

/// <summary>
/// Any text, well formed in UTF-8, up to and with the first of some marks; what may follow depends on the mark. An automaton of
/// several patterns (Aho and Corasick 1975) whose state is how much of a mark stands at the text's end.
/// </summary>
internal sealed class UntilFormat : TextFormat
{
    private readonly (byte[] Mark, TextFormat Then)[] _marks;
    private readonly byte[] _held;

    private UntilFormat((byte[] Mark, TextFormat Then)[] marks, byte[] held)
        : base(HashOf(marks.Select(m => m.Then), held.Length + 17)) => (_marks, _held) = (marks, held);

    /// <inheritdoc/>
    public override bool MayEnd => false;

    /// <summary>Any text up to the first of some marks.</summary>
    /// <param name="marks">Each mark, of ASCII characters, and what may follow it; no mark begins another.</param>
    /// <exception cref="ArgumentException">There is no mark, or one is empty or holds other characters.</exception>
    public static TextFormat Of(params (string Mark, TextFormat Then)[] marks) =>
        marks.Length > 0 && marks.All(m => m.Mark.Length > 0 && Ascii.IsValid(m.Mark))
            ? new UntilFormat([.. marks.Select(m => (Encoding.ASCII.GetBytes(m.Mark), m.Then))], [])
            : throw new ArgumentException("marks: expected at least one, of ASCII characters, found none or another.");

    /// <inheritdoc/>
    public override TextFormat? After(byte b)
    {
        if (b >= 0x80)
        {
            // A character of several bytes is in no mark.
            return TextFormats.LongCharacter.After(b) is { } rest ? SequenceFormat.Then(rest, Holding([])) : null;
        }

        byte[] seen = [.. _held, b];
        foreach ((byte[] mark, TextFormat then) in _marks)
        {
            if (seen.AsSpan().EndsWith(mark)) return then;
        }

        int kept = _marks.Max(m => Overlap(seen, m.Mark));
        return Holding(seen[^kept..]);
    }

    /// <inheritdoc/>
    public override int Least(ByteSet bytes)
    {
        int least = Never;
        foreach ((byte[] mark, TextFormat then) in _marks)
        {
            ReadOnlySpan<byte> missing = mark.AsSpan(Overlap(_held, mark));
            bool isWritten = true;
            foreach (byte b in missing) isWritten &= bytes.Contains(b);
            if (isWritten) least = Math.Min(least, Sum(missing.Length, then.Least(bytes)));
        }

        return least;
    }

    /// <inheritdoc/>
    public override bool Equals(TextFormat? other) => other is UntilFormat until && _held.AsSpan().SequenceEqual(until._held)
        && _marks.Length == until._marks.Length
        && _marks.Zip(until._marks).All(
            p => p.First.Mark.AsSpan().SequenceEqual(p.Second.Mark) && p.First.Then.Equals(p.Second.Then));

    private UntilFormat Holding(byte[] held) => new(_marks, held);

    // How much of a mark's beginning stands at a text's end.
    private static int Overlap(ReadOnlySpan<byte> text, ReadOnlySpan<byte> mark)
    {
        for (int length = Math.Min(text.Length, mark.Length - 1); length > 0; length--)
        {
            if (text[^length..].SequenceEqual(mark[..length])) return length;
        }

        return 0;
    }
}
