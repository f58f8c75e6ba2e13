using System.Globalization;
using Innate.Benchmarks.Arithmetic;
using Innate.Generation;
using Innate.Reinforcement.Rewards;
using Innate.Rows;
using Innate.Scoring.Grading;
using Innate.Sessions;
using Innate.Verifiers.Instructions;

namespace Innate.Runs;

/// <summary>
/// IFDecorator's flywheel in the arithmetic world (arXiv 2508.04632): questions get constraints until the model passes at most
/// half of its rollouts. A response passes where it ends, keeps all constraints and gives the right answer.
/// </summary>
/// <param name="settings">What is made.</param>
public sealed class InstructionRun(InstructionSettings settings) : Run<RowsResult>
{
    // Instructions that are answered together: they share the reading of the weights.
    private const int InstructionsATime = 32;

    /// <inheritdoc/>
    public override RowsResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        using ModelSession session = OpenModel(settings.Model, cancellation);
        PromptSampler sampler = new(session, settings.Format, new SamplingOptions
        {
            Temperature = 1, MaxTokens = settings.MaxTokens, Seed = settings.Seed,
        }, settings.Rollouts);
        ArithmeticGenerator generator = new(settings.Seed);
        RunHeader header = new(() =>
        [
            .. sampler.Describe(), new("seed", settings.Seed.ToString(CultureInfo.InvariantCulture)),
            new("count", settings.Count.ToString(CultureInfo.InvariantCulture)),
            new("rounds", settings.Rounds.ToString(CultureInfo.InvariantCulture)),
        ]);
        using RowOutput output = RowOutput.Open(settings.Output, resume: false, header);
        IProgress<WorkDone>? progress = Advances(events, "instructions");
        int[] pools = new int[Enum.GetValues<InstructionPool>().Length];
        for (int first = 0; first < settings.Count; first += InstructionsATime)
        {
            cancellation.ThrowIfCancellationRequested();
            Evolved[] batch =
            [
                .. Enumerable.Range(first, Math.Min(InstructionsATime, settings.Count - first))
                    .Select(i => new Evolved(
                        i, generator.Question(i, settings.HeldOut), [], 0, double.NaN, InstructionPool.Easy)),
            ];
            for (int round = 1; round <= settings.Rounds; round++) Turn(batch, round, generator, sampler, cancellation);
            foreach (Evolved evolved in batch) pools[(int)evolved.Pool]++;
            output.WriteAll([.. batch.Where(e => settings.Easy || e.Pool == InstructionPool.Hard).Select(Line)]);
            int done = first + batch.Length;
            progress?.Report(new WorkDone(done, 0, done / (double)settings.Count));
        }

        output.Complete();
        events?.Report(new RunNote(string.Create(
            CultureInfo.InvariantCulture,
            $"{pools[(int)InstructionPool.Hard]} instructions are hard, {pools[(int)InstructionPool.Easy]} stayed easy.")));
        return new RowsResult(settings.Count, 0);
    }

    // One round of those that are easy still: more constraints, rollouts, a pool.
    private static void Turn(
        Evolved[] batch, int round, ArithmeticGenerator generator, PromptSampler sampler, CancellationToken cancellation)
    {
        List<(int Place, Evolved Next)> next = [];
        for (int i = 0; i < batch.Length; i++)
        {
            if (batch[i].Pool != InstructionPool.Easy) continue;
            List<InstructionRule> rules = [.. batch[i].Rules];
            ExampleRandom random = generator.Constraints(batch[i].Index, round);
            int more = random.Between(round, 3 * round);
            while (more-- > 0 && ArithmeticConstraints.Draw(random, rules) is { } rule) rules.Add(rule);

            // All aspects of an answer are constrained: it cannot become harder.
            if (rules.Count > batch[i].Rules.Count) next.Add((i, batch[i] with { Rules = rules, Round = round }));
        }

        IReadOnlyList<SampledAnswer[]> said = sampler.Sample(
            [.. next.Select(n => sampler.Encode(new RowPrompt { Text = n.Next.Asked }))], cancellation);
        for (int i = 0; i < next.Count; i++)
        {
            double rate = said[i].Average(a => next[i].Next.Passes(a) ? 1.0 : 0);
            batch[next[i].Place] = next[i].Next with { PassRate = rate, Pool = IfDecoratorReward.PoolOf(rate) };
        }
    }

    private static byte[] Line(Evolved evolved) => RowWriter.Line(w =>
    {
        w.WriteString("prompt", evolved.Asked);
        w.WriteString("family", ArithmeticNames.Of(evolved.Question.Family));
        ArithmeticLines.WriteConstraints(w, evolved.Question, evolved.Rules);
        w.WriteString("pool", evolved.Pool == InstructionPool.Hard ? "hard" : "easy");
        w.WriteNumber("pass_rate", evolved.PassRate);
        w.WriteNumber("round", evolved.Round);
    });

    private sealed record Evolved(
        int Index, ArithmeticQuestion Question, List<InstructionRule> Rules, int Round, double PassRate,
        InstructionPool Pool)
    {
        public string Asked => ArithmeticConstraints.Asked(Question.Text, Rules);

        public bool Passes(SampledAnswer answer) => IfDecoratorReward.Compute(
            answer.HasEnded, [.. Rules.Select(r => r.Holds(answer.Text))],
            VerifiableAnswer.Check(answer.Text, Question.Answer.ToString(CultureInfo.InvariantCulture)).Reward == 1, []) == 1;
    }
}
