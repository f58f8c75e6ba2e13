using System.Globalization;

namespace Innate.Environments.Peano;

/// <summary>
/// Equations of natural numbers, proved by rewriting: "axiom 2 at 0" uses the second axiom at position 0, the whole term;
/// position 1 is the first term within, and so on, outermost and leftmost first. The left side is to become the right side. A
/// false equation has no proof, and the right action is "no proof". An episode earns 1 for either, and nothing else.
/// </summary>
internal sealed class PeanoWorld : IExactWorld
{
    /// <summary>The action that says that there is none.</summary>
    public const string NoProof = "no proof";

    private const int LargestSummand = 3;

    private static readonly IReadOnlyList<Axiom> Commuting = [.. Axiom.Addition, Axiom.Parse("x+y = y+x")];

    private readonly IReadOnlyList<int> _families;
    private readonly StepCount _steps;
    private IReadOnlyList<Axiom> _axioms = Axiom.Addition;
    private Term _start = Term.Zero, _present = Term.Zero, _goal = Term.Zero;
    private IReadOnlyList<ProofStep>? _proof;

    /// <summary>The world.</summary>
    /// <param name="options">The families (sum, nested, commuting, false) and the most steps (12).</param>
    /// <exception cref="InputException">An option cannot be used.</exception>
    public PeanoWorld(WorldOptions options)
    {
        WorldChoices.NothingHeldOut(options, "peano");
        MaxSteps = WorldChoices.MaxSteps(options, 12);
        _families = WorldChoices.Families(options, ["sum", "nested", "commuting", "false"]);
        _steps = new StepCount(MaxSteps);
    }

    /// <inheritdoc/>
    public string Instructions => """
        Rewrite the left side of the equation, a step at a time, until it is the right side. Answer with one step and nothing
        else, such as: axiom 2 at 0
        Position 0 is the whole term, 1 the first term within it, and so on, outermost and leftmost first. Where there is no
        proof, answer: no proof
        """;

    /// <inheritdoc/>
    public string Task => $"prove {_start} = {_goal}";

    /// <inheritdoc/>
    public int MaxSteps { get; }

    /// <inheritdoc/>
    public int? OptimalSteps => Plan() is { } plan && plan.Count <= MaxSteps ? plan.Count : null;

    /// <inheritdoc/>
    public EnvironmentStep Reset(ulong seed)
    {
        WorldRandom random = new(seed, "peano");
        int family = random.Of(_families);
        int m = random.Below(LargestSummand + 1), n = random.Below(LargestSummand + 1);
        Term left = Term.Sum(Term.Number(m), Term.Number(n));
        int total = m + n;
        if (family == 1)
        {
            int k = random.Below(LargestSummand + 1);
            left = random.Below(2) == 0 ? Term.Sum(left, Term.Number(k)) : Term.Sum(Term.Number(k), left);
            total += k;
        }
        else if (family == 3)
        {
            total = total > 0 && random.Below(2) == 0 ? total - 1 : total + 1;
        }

        return Begin(left, Term.Number(total), family == 2 ? Commuting : Axiom.Addition);
    }

    /// <summary>Begins a given episode, of axioms from which every term has finitely many others.</summary>
    public EnvironmentStep Begin(Term left, Term right, IReadOnlyList<Axiom> axioms)
    {
        (_start, _present, _goal, _axioms) = (left, left, right, axioms);

        // The search has no bound: only where nothing new can be reached is there no proof.
        _proof = Rewriting.Prove(left, right, axioms, int.MaxValue);
        _steps.Begin();
        string listed = string.Join("; ", axioms.Select((a, i) => string.Create(CultureInfo.InvariantCulture, $"{i + 1}: {a}")));
        return new EnvironmentStep($"Prove {left} = {right}. Axioms: {listed}.");
    }

    /// <inheritdoc/>
    public EnvironmentStep Act(string action)
    {
        string written = WorldText.Normal(action);
        _steps.Take();
        if (written == NoProof)
        {
            return _steps.Done(_proof is null ? "There is no proof." : "There is a proof.", _proof is null, isEnd: true);
        }

        foreach ((ProofStep step, Term after) in Rewriting.Next(_present, _axioms))
        {
            if (Text(step) != written) continue;
            _present = after;
            return _steps.Done($"{after}", after.Equals(_goal));
        }

        return _steps.Refused();
    }

    /// <summary>The steps that fit; what says "no proof" is none of them.</summary>
    public IReadOnlyList<string> ValidActions() =>
        _steps.IsOver ? [] : [.. Rewriting.Next(_present, _axioms).Select(n => Text(n.Step))];

    /// <inheritdoc/>
    public IReadOnlyList<string>? Plan() => _proof is null ? [NoProof] : [.. _proof.Select(Text)];

    /// <inheritdoc/>
    public double RandomSuccess() => RandomPlay.Success(
        _start, t => [.. Rewriting.Next(t, _axioms).Select(n => n.After)], _goal.Equals, MaxSteps);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static string Text(ProofStep step) =>
        string.Create(CultureInfo.InvariantCulture, $"axiom {step.Axiom + 1} at {step.Position}");
}
