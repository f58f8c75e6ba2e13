using static Innate.Runs.Aligning.Handover.HandoverText;

namespace Innate.Runs.Aligning.Handover;

/// <summary>verl's folder: overrides of its own configuration, one a line, and the reward function.</summary>
internal static class VerlFiles
{
    /// <summary>The files by their names.</summary>
    public static IEnumerable<(string Name, string Text)> Of(HandoverPlan plan)
    {
        yield return ("config.txt", string.Concat(Config(plan).Select(o => $"{o.Name}={o.Value}\n")));
        yield return ("reward.py", $"""
            import os
            import sys

            sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
            os.environ["INNATE_REWARD"] = {Literal(plan.Reward)}

            from innate_verl import compute_score, compute_score_async  # noqa: E402, F401

            """);
        yield return ("innate_verl.py", Integration("innate_verl.py"));

        // verl passes no prompt to a reward: it stands in extra_info too.
        yield return ("prompts/train.json", HandoverText.Rows(plan.Order(), (w, messages, answer, index) =>
        {
            w.WriteString("data_source", "innate");
            Rows.RowWriter.Messages(w, "prompt", messages);
            w.WriteStartObject("reward_model");
            w.WriteString("style", "rule");
            w.WriteString("ground_truth", answer ?? "");
            w.WriteEndObject();
            w.WriteStartObject("extra_info");
            w.WriteNumber("index", index);
            Rows.RowWriter.Messages(w, "prompt", messages);
            w.WriteEndObject();
        }));
        yield return ("launch.sh", Launch("innate_verl", """
            mapfile -t config < config.txt
            python3 -m verl.trainer.main_ppo "${config[@]}" \
                data.train_files="$PWD/prompts/train.json" data.val_files="$PWD/prompts/train.json" \
                reward.custom_reward_function.path="$PWD/reward.py" trainer.default_local_dir="$PWD/model" \
                trainer.n_gpus_per_node="${GPUS:-1}" "$@"
            """));
        yield return ("README.md", Readme(plan, "verl"));
    }

    // What its grammar would read otherwise stands in quotes.
    private static string Hydra(string path) => path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-')
        ? path
        : $"'{path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    // Nothing is validated: the prompts that choose and judge are not verl's to read.
    private static IEnumerable<(string Name, string Value)> Config(HandoverPlan plan)
    {
        const string Actor = "actor_rollout_ref.actor.", Rollout = "actor_rollout_ref.rollout.";
        string micro = Number(plan.MicroBatchSize * plan.GroupSize);
        yield return ("algorithm.adv_estimator", "grpo");
        yield return ("algorithm.norm_adv_by_std_in_grpo", "True");
        yield return ("algorithm.use_kl_in_reward", "False");
        yield return ("data.train_batch_size", Number(plan.BatchSize));
        yield return ("data.max_prompt_length", Number(plan.LongestPrompt));
        yield return ("data.max_response_length", Number(plan.Settings.MaxResponseTokens));
        yield return ("data.shuffle", "False");
        yield return ("data.seed", plan.Settings.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture));
        yield return ("actor_rollout_ref.model.path", Hydra(plan.Model));
        if (plan.Settings.LoraRank > 0)
        {
            yield return ("actor_rollout_ref.model.lora_rank", Number(plan.Settings.LoraRank));
            yield return ("actor_rollout_ref.model.lora_alpha", Number(plan.LoraAlpha));
            yield return ("actor_rollout_ref.model.target_modules", "all-linear");
        }

        yield return (Actor + "ppo_mini_batch_size", Number(plan.BatchSize));
        yield return (Actor + "ppo_micro_batch_size_per_gpu", micro);
        yield return (Actor + "ppo_epochs", "1");
        yield return (Actor + "loss_agg_mode", "seq-mean-token-mean");
        yield return (Actor + "clip_ratio_low", Number(HandoverPlan.Clips.Low));
        yield return (Actor + "clip_ratio_high", Number(HandoverPlan.Clips.High));
        yield return (Actor + "entropy_coeff", "0");
        yield return (Actor + "use_kl_loss", plan.Settings.Recipe.Kl > 0 ? "True" : "False");
        yield return (Actor + "kl_loss_coef", Number(plan.Settings.Recipe.Kl));
        yield return (Actor + "kl_loss_type", "low_var_kl");
        yield return (Actor + "grad_clip", Number(plan.Training.Clip));
        yield return (Actor + "optim.lr", Number(plan.LearningRate));
        yield return (Actor + "optim.lr_scheduler_type", "cosine");
        yield return (Actor + "optim.lr_warmup_steps", Number(plan.WarmupSteps));
        yield return (Actor + "optim.weight_decay", Number(plan.Training.WeightDecay));
        yield return (Rollout + "name", "vllm");
        yield return (Rollout + "n", Number(plan.GroupSize));
        yield return (Rollout + "temperature", Number(plan.Settings.Recipe.Temperature));
        yield return (Rollout + "log_prob_micro_batch_size_per_gpu", micro);
        yield return ("actor_rollout_ref.ref.log_prob_micro_batch_size_per_gpu", micro);
        yield return ("reward.custom_reward_function.name", "compute_score");
        yield return ("trainer.total_training_steps", Number(plan.Steps));
        yield return ("trainer.total_epochs", "1");
        yield return ("trainer.save_freq", Number(plan.SaveEvery ?? -1));
        yield return ("trainer.test_freq", "-1");
        yield return ("trainer.val_before_train", "False");
        yield return ("trainer.logger", "[console]");
        yield return ("trainer.nnodes", "1");
    }
}
