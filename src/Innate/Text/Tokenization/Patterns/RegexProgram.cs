namespace Innate.Text.Tokenization.Patterns;

/// <summary>What an instruction does.</summary>
internal enum RegexOp
{
    /// <summary>The match is complete.</summary>
    Accept,

    /// <summary>Takes one code point of Set.</summary>
    Set,

    /// <summary>Takes A to B code points of Set, many first.</summary>
    SetGreedy,

    /// <summary>Takes A to B code points of Set and gives none back.</summary>
    SetPossessive,

    /// <summary>Tries A, then B.</summary>
    Split,

    /// <summary>Goes to A.</summary>
    Jump,

    /// <summary>Remembers in register A where an iteration begins.</summary>
    LoopStart,

    /// <summary>Goes to B unless the iteration of register A was empty.</summary>
    LoopEnd,

    /// <summary>Whether what follows up to A matches here; B is the look-behind length, or -1 for ahead.</summary>
    Look,

    /// <summary>The same, whether it does not.</summary>
    NegativeLook,

    /// <summary>Takes what follows up to A, once.</summary>
    Atomic,

    /// <summary>Whether the place A is here.</summary>
    Place,
}

/// <summary>One instruction.</summary>
internal readonly record struct RegexInstruction(RegexOp Op, int A = 0, int B = 0, CodePointSet? Set = null);

/// <summary>A regular expression as instructions for the backtracking matcher.</summary>
internal sealed class RegexProgram
{
    private const int MostInstructions = 20_000;

    private readonly List<RegexInstruction> _instructions = [];
    private readonly string _field;
    private readonly string _expression;

    /// <exception cref="InputException">The expression is not valid, not supported, or too large.</exception>
    public RegexProgram(string expression, string field)
    {
        (_expression, _field) = (expression, field);
        Compile(RegexParser.Parse(expression, field));
        Emit(new RegexInstruction(RegexOp.Accept));
        Instructions = [.. _instructions];
    }

    /// <summary>The instructions; the first is the entry.</summary>
    public RegexInstruction[] Instructions { get; }

    /// <summary>How many registers the loops need.</summary>
    public int Registers { get; private set; }

    private int Emit(RegexInstruction instruction)
    {
        if (_instructions.Count >= MostInstructions)
        {
            throw new InputException(
                $"{_field} '{(_expression.Length <= 200 ? _expression : _expression[..197] + "...")}' is too large: its "
                + $"repetitions multiply.");
        }

        _instructions.Add(instruction);
        return _instructions.Count - 1;
    }

    private void Compile(RegexNode node)
    {
        switch (node)
        {
            case SetNode set:
                Emit(new RegexInstruction(RegexOp.Set, Set: set.Set));
                break;
            case SequenceNode sequence:
                foreach (RegexNode part in sequence.Parts) Compile(part);
                break;
            case AlternationNode alternation:
                CompileAlternation(alternation);
                break;
            case RepeatNode { Mode: not RepeatMode.Lazy, Body: SetNode body } repeat:
                RegexOp op = repeat.Mode == RepeatMode.Greedy ? RegexOp.SetGreedy : RegexOp.SetPossessive;
                Emit(new RegexInstruction(op, repeat.Min, repeat.Max, body.Set));
                break;
            case RepeatNode { Mode: RepeatMode.Possessive } repeat:
                Compile(new AtomicNode(repeat with { Mode = RepeatMode.Greedy }));
                break;
            case RepeatNode repeat:
                CompileRepeat(repeat);
                break;
            case AtomicNode atomic:
                CompileInner(RegexOp.Atomic, -1, atomic.Body);
                break;
            case LookNode look:
                CompileInner(look.Negated ? RegexOp.NegativeLook : RegexOp.Look, look.BehindLength ?? -1, look.Body);
                break;
            case PlaceNode place:
                Emit(new RegexInstruction(RegexOp.Place, (int)place.Place));
                break;
        }
    }

    private void CompileInner(RegexOp op, int behind, RegexNode body)
    {
        int at = Emit(default);
        Compile(body);
        Emit(new RegexInstruction(RegexOp.Accept));
        _instructions[at] = new RegexInstruction(op, _instructions.Count, behind);
    }

    private void CompileAlternation(AlternationNode alternation)
    {
        var jumps = new List<int>();
        for (int i = 0; i < alternation.Branches.Count - 1; i++)
        {
            int split = Emit(default);
            Compile(alternation.Branches[i]);
            jumps.Add(Emit(default));
            _instructions[split] = new RegexInstruction(RegexOp.Split, split + 1, _instructions.Count);
        }

        Compile(alternation.Branches[^1]);
        foreach (int jump in jumps) _instructions[jump] = new RegexInstruction(RegexOp.Jump, _instructions.Count);
    }

    private void CompileRepeat(RepeatNode repeat)
    {
        bool lazy = repeat.Mode == RepeatMode.Lazy;
        for (int i = 0; i < repeat.Min; i++) Compile(repeat.Body);
        var splits = new List<int>();
        if (repeat.Max == int.MaxValue)
        {
            int register = Registers++;
            int split = Emit(default);
            splits.Add(split);
            Emit(new RegexInstruction(RegexOp.LoopStart, register));
            Compile(repeat.Body);
            Emit(new RegexInstruction(RegexOp.LoopEnd, register, split));
        }
        else
        {
            for (int i = repeat.Min; i < repeat.Max; i++)
            {
                splits.Add(Emit(default));
                Compile(repeat.Body);
            }
        }

        int end = _instructions.Count;
        foreach (int split in splits)
        {
            _instructions[split] = lazy
                ? new RegexInstruction(RegexOp.Split, end, split + 1)
                : new RegexInstruction(RegexOp.Split, split + 1, end);
        }
    }
}
