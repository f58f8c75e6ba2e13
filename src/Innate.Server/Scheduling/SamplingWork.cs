using Innate.Generation;
using Innate.Server.Models;

namespace Innate.Server.Scheduling;

/// <summary>Responses to be sampled.</summary>
internal sealed class SamplingWork(ServedModel model, DecodingJob job)
    : Work<GeneratedResponse[][]>(model, job.Prompts.Count * job.ResponsesPerPrompt, job.Prompts.Sum(p => p.Length))
{
    public DecodingJob Job { get; } = job;

    public void Complete() => Complete(Job.Results);
}
