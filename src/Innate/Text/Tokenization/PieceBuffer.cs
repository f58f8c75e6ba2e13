namespace Innate.Text.Tokenization;

/// <summary>A segment of text and the pieces that the pre-tokenizers have cut it into so far. Kept between encodings.</summary>
internal sealed class PieceBuffer
{
    private char[] _text = [];
    private int _length;
    private char[] _spareText = [];
    private int _spareLength;
    private List<(int Start, int End)> _pieces = [];
    private List<(int Start, int End)> _spare = [];
    private bool _beginsInput;
    private bool _continues;

    /// <summary>The text that the pieces lie in.</summary>
    public ReadOnlySpan<char> Text => _text.AsSpan(0, _length);

    /// <summary>The pieces, none empty, in order.</summary>
    public List<(int Start, int End)> Pieces => _pieces;

    /// <summary>Where a pattern's matches go, for the step at work.</summary>
    public List<(int Start, int End)> Matches { get; } = [];

    /// <summary>Starts with one piece: the whole segment.</summary>
    /// <param name="text">The segment.</param>
    /// <param name="beginsInput">Whether the segment is the beginning of the input (and not, say, after a special token).</param>
    /// <param name="continues">Whether it goes on from text before it that was encoded elsewhere.</param>
    public void Load(ReadOnlySpan<char> text, bool beginsInput, bool continues)
    {
        if (_text.Length < text.Length) _text = new char[Math.Max(text.Length, 2 * _text.Length)];
        text.CopyTo(_text);
        _length = text.Length;
        _beginsInput = beginsInput;
        _continues = continues;
        _pieces.Clear();
        if (text.Length > 0) _pieces.Add((0, text.Length));
    }

    /// <summary>Whether a piece is the very beginning of the input.</summary>
    public bool BeginsInput(int piece) => _beginsInput && piece == 0 && _pieces[0].Start == 0;

    /// <summary>Whether a piece goes on from text before the input, so that nothing may be put in front of it.</summary>
    public bool Continues(int piece) => _continues && piece == 0 && _pieces[0].Start == 0;

    /// <summary>Puts new pieces of the same text in place of the old ones; empty ones are left out.</summary>
    public void ReplacePieces<TState>(
        TState state, Action<TState, PieceBuffer, (int Start, int End), List<(int Start, int End)>> cut)
    {
        _spare.Clear();
        foreach ((int Start, int End) piece in _pieces) cut(state, this, piece, _spare);
        (_pieces, _spare) = (_spare, _pieces);
    }

    /// <summary>
    /// Begins a rewriting of the text: follow with <see cref="Write(ReadOnlySpan{char})"/> for each piece, then
    /// <see cref="EndRewrite"/>.
    /// </summary>
    public void BeginRewrite()
    {
        _spare.Clear();
        _spareLength = 0;
    }

    /// <summary>Where the next written character will lie.</summary>
    public int Written => _spareLength;

    /// <summary>Writes text of the piece at work.</summary>
    public void Write(ReadOnlySpan<char> text)
    {
        EncodingBudget.Charge(EncodingBudget.Written * (long)text.Length);
        if (_spareText.Length - _spareLength < text.Length)
        {
            Array.Resize(ref _spareText, Math.Max(2 * _spareText.Length, _spareLength + text.Length + 64));
        }

        text.CopyTo(_spareText.AsSpan(_spareLength));
        _spareLength += text.Length;
    }

    /// <summary>Ends the piece that began at <paramref name="start"/>.</summary>
    public void EndPiece(int start)
    {
        if (_spareLength > start) _spare.Add((start, _spareLength));
    }

    /// <summary>The written text and pieces become the current ones.</summary>
    public void EndRewrite()
    {
        // A first piece that did not begin the input must not seem to because the text before it is gone.
        bool first = _pieces.Count > 0 && _pieces[0].Start == 0;
        _beginsInput &= first;
        _continues &= first;
        (_text, _spareText) = (_spareText, _text);
        _length = _spareLength;
        (_pieces, _spare) = (_spare, _pieces);
    }
}
