using Innate.Checkpoints;
using Innate.Models;
using Innate.Rewards;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Scoring.External;

/// <summary>
/// A trained reward model of a folder, asked about texts: it reads a conversation with its own tokenizer and template, whoever
/// answered. Its weights are loaded when it is first asked; a blank response, and where steps are judged one without a step,
/// gets no reward.
/// </summary>
/// <param name="model">A reward model's folder, or an adapter's.</param>
/// <param name="rule">How the steps of a process reward model become one score.</param>
internal sealed class RewardModelEndpoint(string model, StepRule rule) : IRewardEndpoint
{
    private readonly ModelSession _session = Open(model);

    /// <summary>What decides its rewards: the weights' fingerprint.</summary>
    /// <exception cref="InputException">There is no such model.</exception>
    public static string IdOf(string model)
    {
        using ModelSession session = Open(model);
        return session.Fingerprint(raw: false).Id;
    }

    public IReadOnlyList<RewardReply> Ask(IReadOnlyList<IReadOnlyList<RewardQuery>> groups, CancellationToken cancellation)
    {
        ChatFormat format = _session.Format(new ChatFormatOptions { Raw = _session.Template is null });
        return [.. groups.Select(g => Ask(format, g, cancellation))];
    }

    public void Dispose() => _session.Dispose();

    private RewardReply Ask(ChatFormat format, IReadOnlyList<RewardQuery> group, CancellationToken cancellation)
    {
        int[] said = [.. Enumerable.Range(0, group.Count).Where(i => SaysSomething(format, group[i].Response))];
        var values = new double?[group.Count];
        var payments = new StepPayment[group.Count][];
        Array.Fill(payments, []);
        if (said.Length > 0)
        {
            IReadOnlyList<ConversationMessage> asked =
                group[0].Conversation ?? [new ConversationMessage("user", group[0].Prompt)];
            TraceQuery query = TraceQuery.Of(format, asked, [.. said.Select(i => group[i].Response)], whole: true);
            try
            {
                _session.Limits.Require(query);
            }
            catch (InputException e)
            {
                return RewardReply.Failed($"reward-model: {e.Message.TrimEnd('.')}", canRetry: false);
            }

            double[] read = _session.ScoreClassifier([query], cancellation)[0];
            double[] scores = StepScores.Values(query, read, rule);
            double[][] steps = StepScores.Of(query, read);
            for (int k = 0; k < said.Length; k++)
            {
                values[said[k]] = scores[k];
                if (!_session.JudgesSteps) continue;
                string response = group[said[k]].Response;
                payments[said[k]] = StepPayment.Of(response, format.StepsOf(response), steps[k], rule);
            }
        }

        return RewardReply.Of(values) with { Payments = _session.JudgesSteps ? payments : null };
    }

    // Marks alone are no step.
    private bool SaysSomething(ChatFormat format, string response) =>
        _session.JudgesSteps ? format.StepsOf(response).Length > 0 : !string.IsNullOrWhiteSpace(response);

    private static ModelSession Open(string model)
    {
        bool isAdapter = AdapterFolder.IsAdapter(model) && !File.Exists(Path.Combine(model, "config.json"));
        ModelSession session = ModelSession.Open(
            isAdapter ? new ModelSource { Adapter = model } : new ModelSource { Model = model });
        if (session.IsClassifier) return session;
        session.Dispose();
        throw new InputException("Reward", "reward-model with model=DIR of a trained reward model", $"{model}, a language model");
    }
}
