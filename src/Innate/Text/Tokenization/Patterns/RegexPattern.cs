namespace Innate.Text.Tokenization.Patterns;

/// <summary>
/// Any supported regular expression, matched by backtracking over code points with an explicit stack. Its work is bounded: an
/// expression that backtracks without end on some text is refused, never waited for.
/// </summary>
internal sealed class RegexPattern : TextPattern
{
    private readonly RegexProgram _program;

    /// <exception cref="InputException">Not valid or not supported; <paramref name="field"/> says where.</exception>
    public RegexPattern(string expression, string field) => _program = new RegexProgram(expression, field);

    /// <inheritdoc/>
    public override void FindAll(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        long most = EncodingBudget.Left(text.Length);
        var matcher = new Matcher(_program, text, most);
        int lastEnd = -1;
        for (int at = 0; at <= text.Length;)
        {
            int end = matcher.Run(0, at);
            // An empty match that only touches the one before is none.
            if (end >= 0 && !(end == at && end == lastEnd))
            {
                matches.Add((at, end));
                lastEnd = end;
                if (end > at)
                {
                    at = end;
                    continue;
                }
            }

            at += at + 1 < text.Length && char.IsHighSurrogate(text[at]) ? 2 : 1;
        }

        EncodingBudget.Charge(most - matcher.Left);
    }

    /// <summary>One text's matching: the stack of choices, the loop registers, and the steps left.</summary>
    private ref struct Matcher(RegexProgram program, ReadOnlySpan<char> text, long budget)
    {
        /// <summary>Low marks a frame of another kind: a plain choice, or the saved value of register ~Pc.</summary>
        private const int PlainChoice = -1;

        /// <summary>Choices that may wait: 48 MB of them.</summary>
        private const int MostChoices = 1 << 22;

        private readonly RegexInstruction[] _code = program.Instructions;
        private readonly ReadOnlySpan<char> _text = text;
        private readonly int[] _registers = new int[program.Registers];
        private (int Pc, int At, int Low)[] _stack = new (int, int, int)[64];
        private int _depth;
        private long _budget = budget;

        /// <summary>Steps that are left.</summary>
        public readonly long Left => _budget;

        /// <summary>The end of a match that begins at <paramref name="at"/>, or -1.</summary>
        public int Run(int pc, int at)
        {
            int bottom = _depth;
            while (true)
            {
                if (--_budget < 0) throw EncodingBudget.Exhausted();

                RegexInstruction step = _code[pc];
                bool matched = true;
                switch (step.Op)
                {
                    case RegexOp.Accept:
                        _depth = bottom;
                        return at;
                    case RegexOp.Set:
                        matched = TryTake(step.Set!, ref at);
                        pc++;
                        break;
                    case RegexOp.SetGreedy or RegexOp.SetPossessive:
                        matched = TakeMany(step, pc + 1, ref at);
                        pc++;
                        break;
                    case RegexOp.Split:
                        Push(step.B, at, PlainChoice);
                        pc = step.A;
                        break;
                    case RegexOp.Jump:
                        pc = step.A;
                        break;
                    case RegexOp.LoopStart:
                        Push(~step.A, _registers[step.A], PlainChoice);
                        _registers[step.A] = at;
                        pc++;
                        break;
                    case RegexOp.LoopEnd:
                        pc = _registers[step.A] == at ? pc + 1 : step.B;
                        break;
                    case RegexOp.Look or RegexOp.NegativeLook:
                        int from = step.B < 0 ? at : Back(at, step.B);
                        _budget -= Math.Clamp(step.B, 0, at);
                        matched = (from >= 0 && Run(pc + 1, from) >= 0) == (step.Op == RegexOp.Look);
                        pc = step.A;
                        break;
                    case RegexOp.Atomic:
                        int end = Run(pc + 1, at);
                        matched = end >= 0;
                        at = end;
                        pc = step.A;
                        break;
                    case RegexOp.Place:
                        matched = IsAt((Place)step.A, at);
                        pc++;
                        break;
                }

                if (!matched && !Backtrack(bottom, ref pc, ref at)) return -1;
            }
        }

        private bool Backtrack(int bottom, ref int pc, ref int at)
        {
            while (_depth > bottom)
            {
                ref (int Pc, int At, int Low) top = ref _stack[_depth - 1];
                if (top.Pc < 0)
                {
                    _registers[~top.Pc] = top.At;
                    _depth--;
                    continue;
                }

                (pc, at) = (top.Pc, top.At);
                if (top.Low == PlainChoice)
                {
                    _depth--;
                }
                else
                {
                    // A greedy run gives back one code point, and stays on the stack while it has more to give.
                    at = Back(at, 1);
                    if (at > top.Low) top.At = at;
                    else _depth--;
                }

                return true;
            }

            return false;
        }

        private void Push(int pc, int at, int low)
        {
            if (_depth == MostChoices) throw EncodingBudget.Exhausted();
            if (_depth == _stack.Length) Array.Resize(ref _stack, 2 * _depth);
            _stack[_depth++] = (pc, at, low);
        }

        private bool TakeMany(RegexInstruction step, int next, ref int at)
        {
            int count = 0, low = step.A == 0 ? at : -1;
            while (count < step.B && TryTake(step.Set!, ref at))
            {
                if (++count == step.A) low = at;
            }

            _budget -= count;
            if (count < step.A) return false;
            if (step.Op == RegexOp.SetGreedy && at > low) Push(next, at, low);
            return true;
        }

        private readonly bool TryTake(CodePointSet set, ref int at)
        {
            if (at >= _text.Length) return false;
            int length = LengthAt(at);
            if (!set.Contains(length == 2 ? char.ConvertToUtf32(_text[at], _text[at + 1]) : _text[at])) return false;
            at += length;
            return true;
        }

        private readonly int LengthAt(int at) =>
            char.IsHighSurrogate(_text[at]) && at + 1 < _text.Length && char.IsLowSurrogate(_text[at + 1]) ? 2 : 1;

        private readonly int Back(int at, int codePoints)
        {
            for (; codePoints > 0 && at > 0; codePoints--)
            {
                at -= at > 1 && char.IsLowSurrogate(_text[at - 1]) && char.IsHighSurrogate(_text[at - 2]) ? 2 : 1;
            }

            return codePoints == 0 ? at : -1;
        }

        private readonly bool IsAt(Place place, int at) => place switch
        {
            Place.TextStart => at == 0,
            Place.TextEnd => at == _text.Length,
            Place.LastLineEnd => at == _text.Length || (at == _text.Length - 1 && _text[at] == '\n'),
            Place.LineStart => at == 0 || _text[at - 1] == '\n',
            Place.LineEnd => at == _text.Length || _text[at] == '\n',
            Place.WordBoundary => IsWordBefore(at) != IsWordAfter(at),
            _ => IsWordBefore(at) == IsWordAfter(at),
        };

        private readonly bool IsWordBefore(int at) => at > 0 && Back(at, 1) is var b && IsWordAfter(b);

        private readonly bool IsWordAfter(int at) => at < _text.Length
            && UnicodeClasses.IsWord(LengthAt(at) == 2 ? char.ConvertToUtf32(_text[at], _text[at + 1]) : _text[at]);
    }
}
