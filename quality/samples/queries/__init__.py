"""Every SELECT of samples: what a frame holds, samples, their lines."""
