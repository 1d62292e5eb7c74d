"""The verbs of admissions: one public function per act of the procedure."""
